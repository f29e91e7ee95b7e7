"""What runs in a container, read as root from /proc outside it: nothing the learner's code says is asked.

Ids are mapped back through the process's own user namespace, since root in a container is 100000 outside.
"""

from __future__ import annotations

import os
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
    mask = int(status["CapEff"], 16)
    return Seen(
        host_pid=pid,
        pid=int(status["NSpid"].split()[-1]),
        name=status["Name"].strip(),
        command=command.strip(),
        uids=tuple(_inside(int(n), users) for n in status["Uid"].split()),
        gids=tuple(_inside(int(n), groups) for n in status["Gid"].split()),
        groups=tuple(_inside(int(n), groups) for n in status["Groups"].split()[:GROUPS]),
        effective_capabilities=tuple(n for bit, n in enumerate(CAPABILITIES) if mask >> bit & 1),
    )


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


def access(host_pid: int, uid: int, gid: int, groups: list[int], paths: list[str]) -> list[tuple[bool, bool]]:
    """(file writable, directory writable) of each path, as the kernel judges it for that user in that container.

    A child goes to the container's root, becomes the user and asks access(2): mounts, modes, owners and lists all
    count, no program of the learner's runs, and nothing of ours enters the container's pid namespace.
    """
    proc = Path("/proc") / str(host_pid)
    user = outside(uid, proc / "uid_map")
    own = [outside(n, proc / "gid_map") for n in (gid, *groups)]
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        _answer(proc / "root", user, own, paths, writer)
    os.close(writer)
    with open(reader, "rb") as stream:
        answer = stream.read(2 * len(paths))
    os.waitpid(child, 0)
    if len(answer) != 2 * len(paths):
        raise OSError(f"the access probe in process {host_pid} did not answer")
    return [(answer[i] == 1, answer[i + 1] == 1) for i in range(0, len(answer), 2)]


def _answer(root: Path, user: int, groups: list[int], paths: list[str], writer: int) -> None:
    try:
        os.chroot(root)
        os.chdir("/")
        os.setgroups(groups[1:])
        os.setresgid(groups[0], groups[0], groups[0])
        os.setresuid(user, user, user)
        answer = bytearray()
        for path in paths:
            answer.append(os.access(path, os.W_OK))
            answer.append(os.access(os.path.dirname(path) or "/", os.W_OK | os.X_OK))
        os.write(writer, bytes(answer))
    finally:
        os._exit(0)
