"""What must not be found, reached or changed: secrets, listeners that count, the machine's settings."""

from __future__ import annotations

import contextlib
import os
import secrets
import socket
import tempfile
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

ENVIRONMENT = "SLIPWAY_CANARY"  # a variable of this process, as a worker has secrets in its own
# Settings of the whole machine that an escape would change, or that a payload here tries to.
MACHINE = tuple(
    Path("/proc/sys") / name
    for name in (
        "kernel/core_pattern",
        "kernel/hostname",
        "kernel/domainname",
        "kernel/modprobe",
        "kernel/randomize_va_space",
        "kernel/sysrq",
        "vm/overcommit_memory",
        "vm/drop_caches",
        "fs/file-max",
        "net/ipv4/ip_forward",
    )
)
LOOK_SECONDS = 0.1  # between looks of a listener at whether the attacks are over
_NOWHERE = "192.0.2.1"  # documentation's own address: asking for a route to it sends nothing


@dataclass(slots=True)
class Canaries:
    """`values` fill the payloads; `secrets` must appear in nothing that is stored."""

    values: dict[str, str]
    secrets: Mapping[str, str]  # what it is → the secret
    pwned: Path  # a payload that runs on this side makes this file
    machine: Mapping[Path, str]
    hits: list[str] = field(default_factory=list)

    def complaints(self, stored: str) -> list[str]:
        """What was found, reached or changed since the last call."""
        found = [f"{what} was found in what is stored" for what, secret in self.secrets.items() if secret in stored]
        found += [f"a listener outside the sandbox was reached over {hit}" for hit in self.hits]
        self.hits.clear()
        if self.pwned.exists():
            found.append("the payload ran outside the sandbox")
            self.pwned.unlink()
        if not Path(self.values["CANARY_FILE"]).exists():
            found.append("a file of the machine was removed")
        for path, before in self.machine.items():
            if (now := _read(path)) != before:
                found.append(f"{path} was {before!r} and is {now!r}")
        return found


@contextmanager
def planted(place: Path | None = None) -> Iterator[Canaries]:
    """Secrets and listeners, for as long as attacks are tried.

    `place` is a folder that the machine sees at the same path; a confined process's own /tmp is seen by nobody else.
    """
    host, worker, learner = (f"canary-{secrets.token_hex(12)}" for _ in range(3))
    with tempfile.TemporaryDirectory(prefix="slipway-canary-", dir=place) as folder, contextlib.ExitStack() as stack:
        file = Path(folder) / "secret"
        file.write_text(host)
        os.environ[ENVIRONMENT] = worker
        stack.callback(os.environ.pop, ENVIRONMENT, None)
        hits: list[str] = []
        port = _listen(stack, hits)
        values = {
            "CANARY_FILE": str(file),
            "PWNED": str(Path(folder) / "pwned"),
            "CANARY_PORT": str(port),
            "HOST_ADDRESS": _own_address(),
            "ABSTRACT": _listen_abstract(stack, hits),
            "LEARNER_SECRET": learner,
        }
        known = {"a secret of the machine": host, "the worker's environment": worker, "another learner's work": learner}
        yield Canaries(values, known, Path(values["PWNED"]), {path: _read(path) for path in MACHINE}, hits)


def _listen(stack: contextlib.ExitStack, hits: list[str]) -> int:
    """TCP and UDP on one port of every address of this machine."""
    tcp = stack.enter_context(socket.socket(socket.AF_INET, socket.SOCK_STREAM))
    tcp.bind(("", 0))
    tcp.listen()
    port = int(tcp.getsockname()[1])
    udp = stack.enter_context(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
    udp.bind(("", port))
    _serve(stack, tcp, hits, "TCP")
    _serve(stack, udp, hits, "UDP")
    return port


def _listen_abstract(stack: contextlib.ExitStack, hits: list[str]) -> str:
    """A Unix socket without a file: who shares our network namespace can connect to it."""
    name = f"slipway-canary-{secrets.token_hex(6)}"
    server = stack.enter_context(socket.socket(socket.AF_UNIX, socket.SOCK_STREAM))
    server.bind(f"\0{name}")
    server.listen()
    _serve(stack, server, hits, "an abstract Unix socket")
    return name


def _serve(stack: contextlib.ExitStack, server: socket.socket, hits: list[str], name: str) -> None:
    over = threading.Event()
    server.settimeout(LOOK_SECONDS)

    def count() -> None:
        while not over.is_set():
            with contextlib.suppress(TimeoutError):
                if server.type == socket.SOCK_STREAM:
                    server.accept()[0].close()
                else:
                    server.recvfrom(1)
                hits.append(name)

    thread = threading.Thread(target=count, name=f"canary {name}", daemon=True)
    thread.start()
    stack.callback(thread.join)
    stack.callback(over.set)


def _own_address() -> str:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect((_NOWHERE, 9))
        except OSError:
            return "127.0.0.1"
        return str(probe.getsockname()[0])


def _read(path: Path) -> str:
    try:
        return path.read_text().strip()
    except OSError as error:
        return f"({error.strerror})"
