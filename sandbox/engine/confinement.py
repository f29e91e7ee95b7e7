"""Is a slot that has just started as confined as it was meant to be? Read from the kernel, never from our settings.

What a running engine was denied cannot be tried from inside without harm; the kernel says it in a millisecond, at
every start of every slot. What can be tried is tried by `sandbox.canaries`.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

NAMESPACES = ("cgroup", "ipc", "mnt", "net", "pid", "uts")  # users are mapped by the engine, for what it starts
# Numbers of linux/capability.h: the same set as slot/start.sh and compose.yaml give.
KEPT = {
    "chown": 0,
    "dac_override": 1,
    "fowner": 3,
    "fsetid": 4,
    "kill": 5,
    "setgid": 6,
    "setuid": 7,
    "setpcap": 8,
    "net_admin": 12,
    "net_raw": 13,
    "sys_chroot": 18,
    "sys_ptrace": 19,
    "sys_admin": 21,
    "sys_nice": 23,
    "setfcap": 31,
}
_SECCOMP_FILTER = "2"
_SETTINGS = "/proc/sys"


def weakness(init_pid: int, data: Path, data_mb: int) -> str:
    """What does not hold of the slot whose first process this is, in one sentence; "" when all does.

    `data` is its data root seen from the machine, which may hold `data_mb` and no more. OSError: it has ended.
    """
    return next(_weaknesses(Path("/proc") / str(init_pid), data, data_mb), "")


def _weaknesses(proc: Path, data: Path, data_mb: int) -> Iterator[str]:
    shared = [name for name in NAMESPACES if os.readlink(proc / "ns" / name) == os.readlink(f"/proc/self/ns/{name}")]
    if shared:
        yield f"the slot shares the machine's {' and '.join(shared)} namespace"
    status = dict(re.findall(r"^(\w+):\t(.*)$", (proc / "status").read_text(), re.MULTILINE))
    beyond = int(status["CapBnd"], 16) & ~sum(1 << number for number in KEPT.values())
    if beyond:
        yield f"the engine may gain capabilities beyond those it needs: {beyond:#x}"
    if status["Seccomp"] != _SECCOMP_FILTER:
        yield "the engine runs without the slot's filter of system calls"
    if not _is_read_only(proc, _SETTINGS):
        yield "the engine can write the machine's kernel settings"
    state = os.statvfs(data)
    if state.f_blocks * state.f_frsize > data_mb << 20:
        yield f"the slot's disk may hold {state.f_blocks * state.f_frsize >> 20} MB, and {data_mb} are allowed"


def _is_read_only(proc: Path, place: str) -> bool:
    """By the uppermost mount exactly there; without one it is as writable as what is around it."""
    options = [line.split()[5] for line in (proc / "mountinfo").read_text().splitlines() if line.split()[4] == place]
    return bool(options) and "ro" in options[-1].split(",")
