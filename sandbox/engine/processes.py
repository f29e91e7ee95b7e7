"""What runs in a container, read as root from /proc outside it: nothing the learner's code says is asked.

Ids are mapped back through the process's own user namespace, since root in a container is 100000 outside.
"""

from __future__ import annotations

import contextlib
import time
from dataclasses import dataclass
from pathlib import Path

# Bit → name, from linux/capability.h.
CAPABILITIES = [
    "chown",
    "dac_override",
    "dac_read_search",
    "fowner",
    "fsetid",
    "kill",
    "setgid",
    "setuid",
    "setpcap",
    "linux_immutable",
    "net_bind_service",
    "net_broadcast",
    "net_admin",
    "net_raw",
    "ipc_lock",
    "ipc_owner",
    "sys_module",
    "sys_rawio",
    "sys_chroot",
    "sys_ptrace",
    "sys_pacct",
    "sys_admin",
    "sys_boot",
    "sys_nice",
    "sys_resource",
    "sys_time",
    "sys_tty_config",
    "mknod",
    "lease",
    "audit_write",
    "audit_control",
    "setfcap",
    "mac_override",
    "mac_admin",
    "syslog",
    "wake_alarm",
    "block_suspend",
    "audit_read",
    "perfmon",
    "bpf",
    "checkpoint_restore",
]
COMMAND_BYTES = 200
# How runc names a process that it still prepares: with all capabilities, before it becomes the container's own program.
PREPARED = "runc:["
PREPARING_SECONDS = 2.0  # for all of them together; a program that only calls itself so is then judged as it is
MAPPED = 256  # files that all processes of a container run code from
GROUPS = 256  # supplementary groups of one process; the kernel lets root in a container take 65,536


@dataclass(frozen=True, slots=True)
class Seen:
    host_pid: int
    pid: int
    name: str
    command: str
    uids: tuple[int, ...]
    gids: tuple[int, ...]
    groups: tuple[int, ...]
    effective_capabilities: tuple[str, ...]
    permitted_capabilities: tuple[str, ...] = ()  # what it may make effective whenever it likes


def look(host_pids: list[int]) -> list[Seen]:
    """Return the processes that still live, in the container's own order.

    A health check may begin at this moment: what runc still prepares is read again until it is the learner's program.
    """
    deadline = time.monotonic() + PREPARING_SECONDS
    found = [seen for pid in host_pids if (seen := _settled(pid, deadline)) is not None]
    return sorted(found, key=lambda process: process.pid)


def _settled(pid: int, deadline: float) -> Seen | None:
    while True:
        try:
            seen = _read(pid)
        except (OSError, KeyError, ValueError, IndexError):
            return None
        if not seen.name.startswith(PREPARED) or time.monotonic() > deadline:
            return seen
        time.sleep(0.02)


def _read(pid: int) -> Seen:
    proc = Path("/proc") / str(pid)
    lines = (proc / "status").read_text(errors="replace").splitlines()
    status = dict(line.split(":", 1) for line in lines if ":" in line)
    users, groups = _map(proc / "uid_map"), _map(proc / "gid_map")
    command = (proc / "cmdline").read_bytes()[:COMMAND_BYTES].replace(b"\0", b" ").decode(errors="replace")
    return Seen(
        host_pid=pid,
        pid=int(status["NSpid"].split()[-1]),
        name=status["Name"].strip(),
        command=command.strip(),
        uids=tuple(_inside(int(n), users) for n in status["Uid"].split()),
        gids=tuple(_inside(int(n), groups) for n in status["Gid"].split()),
        groups=tuple(_inside(int(n), groups) for n in status["Groups"].split()[:GROUPS]),
        effective_capabilities=named(int(status["CapEff"], 16)),
        permitted_capabilities=named(int(status["CapPrm"], 16)),
    )


def named(mask: int) -> tuple[str, ...]:
    """The capabilities of a bit mask, by name."""
    return tuple(name for bit, name in enumerate(CAPABILITIES) if mask >> bit & 1)


def programs(host_pids: list[int]) -> list[str]:
    """Every file that these processes run code from: programs, loaders, libraries; at most MAPPED."""
    found: dict[str, None] = {}
    for pid in host_pids:
        with contextlib.suppress(OSError):  # it has ended
            for line in (Path("/proc") / str(pid) / "maps").read_text(errors="replace").splitlines():
                _, modes, _, device, _, *path = line.split(maxsplit=5)
                if "x" in modes and device != "00:00" and path and path[0].startswith("/"):
                    found[path[0].removesuffix(" (deleted)")] = None
    return list(found)[:MAPPED]


def _map(file: Path) -> list[tuple[int, int, int]]:
    return [(int(a), int(b), int(c)) for a, b, c in (line.split() for line in file.read_text().splitlines())]


def _inside(outside: int, ranges: list[tuple[int, int, int]]) -> int:
    """An unmapped id is reported as it is outside: never as 0 by accident."""
    for inside, start, count in ranges:
        if start <= outside < start + count:
            return outside - start + inside
    return outside


def outside(inside: int, file: Path) -> int:
    for first, start, count in _map(file):
        if first <= inside < first + count:
            return inside - first + start
    raise ValueError(f"{inside} is not mapped")
