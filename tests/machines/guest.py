"""One machine under qemu: boots, takes commands over ssh, ends. What it writes to its disk goes with it."""

from __future__ import annotations

import contextlib
import os
import shlex
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from sandbox.engine.lifetime import end_with_parent
from tests.machines import place

BOOT_SECONDS = 900.0  # emulated, beside other work; 40 s when the machine is idle
CALL_SECONDS = 3600.0


@dataclass(frozen=True, slots=True)
class Done:
    code: int
    out: str
    seconds: float


@dataclass(frozen=True, slots=True)
class Hardware:
    memory_mb: int = 6000
    processors: int = 2
    options: str = ""  # more words for the kernel's command line
    clock: str = ""  # what qemu's `-rtc base=` takes; "" for the time of now


@dataclass(frozen=True, slots=True)
class Guest:
    name: str
    directory: Path
    port: int
    process: subprocess.Popen[bytes]

    def run(self, command: str, seconds: float = CALL_SECONDS, *, user: str = "root", stdin: str = "") -> Done:
        """A shell command in the guest, with the guest's `/etc/environment`; output and errors in one text."""
        begun = time.monotonic()
        inner = f"set -a; . /etc/environment; set +a; {command}"
        if user != "root":
            inner = f"su - {user} -c {shlex.quote(inner)}"
        words = [*self._ssh(), f"timeout {seconds:.0f} bash -lc {shlex.quote(inner)}"]
        done = subprocess.run(
            words,
            input=stdin,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            check=False,
        )
        return Done(done.returncode, done.stdout, time.monotonic() - begun)

    def answers(self) -> bool:
        return subprocess.run([*self._ssh(), "true"], capture_output=True, check=False).returncode == 0

    def console(self) -> str:
        return (self.directory / "console").read_text(errors="replace")[-2000:]

    def _ssh(self) -> list[str]:
        options = ("StrictHostKeyChecking=no", "UserKnownHostsFile=/dev/null", "ConnectTimeout=20")
        words = ["ssh", "-q", "-i", str(place.key()), "-p", str(self.port), "-o", "ServerAliveInterval=30"]
        return [*words, *(word for option in options for word in ("-o", option)), "root@127.0.0.1"]


@contextlib.contextmanager
def booted(name: str, suite: str, hardware: Hardware = Hardware()) -> Iterator[Guest]:
    """A guest from the suite's disk, once ssh answers. RuntimeError: it did not come up; says the console's end."""
    directory = place.PLACE / "guests" / name
    shutil.rmtree(directory, ignore_errors=True)
    directory.mkdir(parents=True)
    port = _free_port()
    process = subprocess.Popen(
        _qemu(suite, directory, port, hardware),
        start_new_session=True,
        env={**os.environ, "TMPDIR": str(directory)},  # for what is written to the disk: a file that has no name
        preexec_fn=end_with_parent,  # noqa: PLW1509  # one system call, safe between threads
    )
    guest = Guest(name, directory, port, process)
    try:
        _wait(guest)
        yield guest
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.kill(process.pid, signal.SIGTERM)
        process.wait()
        shutil.rmtree(directory, ignore_errors=True)


def _wait(guest: Guest) -> None:
    deadline = time.monotonic() + BOOT_SECONDS
    while not guest.answers():
        if guest.process.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError(f"{guest.name} did not boot:\n{guest.console()}")
        time.sleep(2)


def _qemu(suite: str, directory: Path, port: int, hardware: Hardware) -> list[str]:
    vmlinuz, initrd = place.kernel(suite)
    # qemu's own emulation works everywhere; SLIPWAY_MACHINES_ACCEL=kvm where the processor's is to be had.
    accel = os.environ.get("SLIPWAY_MACHINES_ACCEL") or "tcg,thread=multi"
    words = ["qemu-system-x86_64", "-accel", accel, "-cpu", "max", "-m", str(hardware.memory_mb)]
    words += ["-smp", str(hardware.processors), "-nodefaults", "-display", "none", "-no-reboot"]
    words += ["-serial", f"file:{directory / 'console'}", "-device", "virtio-rng-pci"]
    words += ["-kernel", str(vmlinuz), "-initrd", str(initrd)]
    words += ["-append", f"root=/dev/vda rw console=ttyS0 {hardware.options}"]
    words += ["-drive", f"file={place.disk(suite)},format=raw,if=virtio,cache=unsafe,snapshot=on"]
    words += ["-netdev", f"user,id=n,hostfwd=tcp:127.0.0.1:{port}-:22", "-device", "virtio-net-pci,netdev=n"]
    return [*words, "-rtc", f"base={hardware.clock}"] if hardware.clock else words


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])
