"""What the slots hold of the machine, in numbers that must be the same before and after a submission. Only reads."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Sequence
from pathlib import Path

from sandbox.engine.paths import Layout
from sandbox.engine.slot import Slot

NAMESPACES = ("cgroup", "ipc", "mnt", "net", "pid", "user", "uts")
BUILDKIT = "buildkit"  # the empty parent of build steps' groups, which stays from the first build on
_HEADER_LINES = 2  # of /proc/PID/net/dev


def take(layout: Layout, slots: Sequence[Slot]) -> dict[str, dict[str, int]]:
    """By slot: processes, namespaces, mounts, cgroups, interfaces, loop devices, free bytes and inodes of its disk.

    A slot that is being started or ended has no numbers, and is left out.
    """
    found = {}
    for slot in slots:
        with contextlib.suppress(OSError):
            found[slot.name] = _of(layout, slot)
    return found


def _of(layout: Layout, slot: Slot) -> dict[str, int]:
    if not slot.init_pid:
        raise FileNotFoundError(slot.name)
    proc = Path("/proc") / str(slot.init_pid)
    pids = slot.group.processes()
    room = slot.room()
    return {
        "processes": len(pids),
        "namespaces": len({link for pid in pids for link in _namespaces(pid)}),
        "mounts": len((proc / "mountinfo").read_text().splitlines()),
        "cgroups": sum(1 for base, _, _ in os.walk(slot.group.directory("pids")) if Path(base).name != BUILDKIT),
        "interfaces": len((proc / "net/dev").read_text().splitlines()) - _HEADER_LINES,
        "loop devices": _loops(layout.slots / slot.name),
        "free bytes": room[0],
        "free inodes": room[1],
    }


def _namespaces(pid: int) -> list[str]:
    links = []
    for name in NAMESPACES:
        with contextlib.suppress(OSError):  # it ended meanwhile
            links.append(os.readlink(f"/proc/{pid}/ns/{name}"))
    return links


def _loops(folder: Path) -> int:
    count = 0
    for file in Path("/sys/block").glob("loop*/loop/backing_file"):
        with contextlib.suppress(OSError):
            count += file.read_text().strip().startswith(f"{folder.resolve()}/")
    return count
