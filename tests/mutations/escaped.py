"""Root in the engine itself, as whoever escaped from a container would be: what the slot's own walls are there for.

The way out of a container is modelled, not found: a container that the engine is asked to run with nothing between
it and the engine. Layers before the slot's walls (mapped users, dropped capabilities, the filter of system calls, the
list of devices) are then off at once.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import docker

from sandbox import door
from tests.mutations.attacks import WAIT_SECONDS, breaches, named
from tests.mutations.mutation import Attack

IMAGE = "python:3.11-slim"
HELD = ("unable to apply caps: operation not permitted", "without a user namespace of its own")  # words of a start
TRY = """\
import os, sys, time
def attempt(name, act):
    try:
        found = act()
    except OSError as error:
        print("held", name, error.strerror, flush=True)
    else:
        print("BREACH-" + "GOT-THROUGH", name, found, flush=True)
"""


def root(name: str, script: str, **host: Any) -> Attack:
    """`script` calls attempt(name, act) as root of the engine; `host` are a container's settings."""

    def attack(control: Path) -> str:
        with door.lease(control, wait=WAIT_SECONDS) as slot:
            slot.tainted = True
            return breaches(_run(slot, script, host), "held")

    return named(name)(attack)


def _run(slot: door.Slot, script: str, host: dict[str, Any]) -> str:
    client = docker.APIClient(f"unix://{slot.docker}", version="1.44", timeout=30)
    try:
        config = client.create_host_config(userns_mode="host", network_mode="host", **host)
        made = client.create_container(IMAGE, ["python", "-c", TRY + script], host_config=config)["Id"]
        try:
            client.start(made)
        except docker.errors.APIError as error:
            if not any(words in str(error) for words in HELD):
                raise
            return f"held before it began: {error}"
        client.wait(made)
        return bytes(client.logs(made)).decode(errors="replace")
    finally:
        client.close()


# Its own slot's disk by its number, below every permission, then what is the machine's: nothing here does harm.
DEVICES = """
import stat
source = next(line.split()[0] for line in open("/proc/1/mounts") if line.split()[1] == "/var/lib/docker")
number = next(line.split()[:2] for line in open("/proc/partitions") if line.split()[3:] == [os.path.basename(source)])
def disk():
    os.mknod("/dev/disk", 0o600 | stat.S_IFBLK, os.makedev(*map(int, number)))
    with open("/dev/disk", "rb") as stream:
        return f"{len(stream.read(512))} bytes of it"
attempt("reads a disk as a device:", disk)
attempt("sets the clock", lambda: time.clock_settime(time.CLOCK_REALTIME, time.clock_gettime(time.CLOCK_REALTIME)))
import ctypes
libc = ctypes.CDLL(None, use_errno=True)
def kernel_log():
    if libc.klogctl(10, None, 0) < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return "its size"
attempt("reads the kernel's log", kernel_log)
"""
SETTINGS = """
def write():
    with open("/slot/proc/sys/vm/overcommit_memory") as stream:
        value = stream.read()
    with open("/slot/proc/sys/vm/overcommit_memory", "w") as stream:
        stream.write(value)
    return "the machine's own, as it was"
attempt("writes a kernel setting", write)
"""
FRESH = """
def write():
    os.makedirs("/fresh", exist_ok=True)
    import ctypes
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.mount(b"proc", b"/fresh", b"proc", 0, None):
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    path = "/fresh/sys/vm/overcommit_memory"
    value = open(path).read()
    with open(path, "w") as stream:
        stream.write(value)
    return "through a fresh /proc"
attempt("writes a kernel setting", write)
"""
devices = root(
    "root in the engine makes a disk's device, sets the clock, reads the kernel's log",
    DEVICES,
    privileged=True,
    pid_mode="host",
)
settings = root("root with a path into the slot writes a kernel setting", SETTINGS, binds=["/:/slot"], cap_drop=["ALL"])
fresh = root(
    "root in the engine mounts a /proc of its own",
    FRESH,
    cap_drop=["ALL"],
    cap_add=["SYS_ADMIN", "DAC_OVERRIDE"],
    security_opt=["seccomp=unconfined", "apparmor=unconfined"],
)
