"""Control groups, v1 and v2 behind one face: make a group with limits, read what it counted, remove it.

A slot owns one group; the engine runs in its `engine` child without a memory bound of ours (a learner's hunger must
not kill it), builds in `build` and containers in `run`, each bounded. Limit verdicts are read from the counters
here, never from exit codes: an out-of-memory kill inside a pipeline exits 0.
"""

from __future__ import annotations

import contextlib
import errno
import os
import signal
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path("/sys/fs/cgroup")
V1_CONTROLLERS = ("cpu", "cpuacct", "cpuset", "memory", "devices", "freezer", "blkio", "pids")
V2_CONTROLLERS = ("cpu", "cpuset", "memory", "pids", "io")
NEEDED = frozenset({"cpu", "memory", "pids"})  # limits rest on these; others are handed down where they are
PERIOD_US = 100_000
EVENT_SECONDS = 0.05  # from a group's removal to the event that tells of it
TCP_MB = 64  # of a v1 group's socket buffers, which its memory limit does not count; v2 counts them as memory
REMOVAL_SECONDS = 5.0  # a group is busy until its last process has ended, a moment after it left cgroup.procs
MB = 1024 * 1024
UNBOUNDED = 2**60


def is_v2() -> bool:
    return (ROOT / "cgroup.controllers").exists()


@dataclass(frozen=True, slots=True)
class Bounds:
    memory_mb: int
    pids: int
    cpus: float


@dataclass(frozen=True, slots=True)
class Group:
    """A group by its path below the root (`slipway-1a2b/slot0/build`), in every hierarchy it needs."""

    path: str

    def directories(self) -> list[Path]:
        if is_v2():
            return [ROOT / self.path]
        return [ROOT / name / self.path for name in V1_CONTROLLERS if (ROOT / name).is_dir()]

    def directory(self, controller: str) -> Path:
        return ROOT / self.path if is_v2() else ROOT / controller / self.path

    def make(self) -> None:
        for directory in self.directories():
            directory.mkdir(parents=True, exist_ok=True)
            if not is_v2() and "cpuset" in directory.parts:
                _inherit_cpuset(directory, ROOT / "cpuset")

    def children(self) -> list[Group]:
        """The groups directly below."""
        return [Group(f"{self.path}/{path.name}") for path in self.directory("pids").glob("*/")]

    def bound(self, bounds: Bounds) -> None:
        quota = int(bounds.cpus * PERIOD_US)
        if is_v2():
            self._write("memory", "memory.max", bounds.memory_mb * MB)
            self._write("memory", "memory.swap.max", 0, optional=True)
            self._write("cpu", "cpu.max", f"{quota} {PERIOD_US}")
        else:
            self._bound_memory_v1(bounds.memory_mb * MB)
            self._write("cpu", "cpu.cfs_period_us", PERIOD_US)
            self._write("cpu", "cpu.cfs_quota_us", quota)
        self._write("pids", "pids.max", bounds.pids)

    def _bound_memory_v1(self, value: int) -> None:
        """v1 wants memory ≤ memory+swap at every moment, so the order depends on the direction."""
        names = ["memory.limit_in_bytes", "memory.memsw.limit_in_bytes"]
        current = int((self.directory("memory") / names[0]).read_text())
        for name in names if value <= current else reversed(names):
            self._write("memory", name, value, optional="memsw" in name)
        self._write("memory", "memory.kmem.tcp.limit_in_bytes", TCP_MB * MB, optional=True)

    def _write(self, controller: str, name: str, value: object, *, optional: bool = False) -> None:
        target = self.directory(controller) / name
        if optional and not target.exists():
            return
        target.write_text(str(value))

    def weigh(self, share: float) -> None:
        """Its part of the processors where others want them too, 1 being everybody's; nothing while they do not."""
        if is_v2():
            self._write("cpu", "cpu.weight", max(1, round(100 * share)), optional=True)
        else:
            self._write("cpu", "cpu.shares", max(2, round(1024 * share)))

    def counters(self) -> dict[str, int]:
        """{"pids_refused", "pids_peak"}: forks that were refused, and the most processes at once.

        The peak includes groups below, since the group was made. A refused fork is counted in the forking process's
        own group, which is gone with its build step (v1; v2 before Linux 6.11). Before Linux 6.1 the kernel keeps no
        peak: the number of now stands in, and the caller keeps the largest that it saw.
        """
        pids = self.directory("pids")
        return {
            "pids_refused": _field(pids / "pids.events", "max"),
            "pids_peak": _number(pids / ("pids.peak" if self.keeps_peak() else "pids.current")),
        }

    def keeps_peak(self) -> bool:
        """Whether the kernel keeps the most processes of the group itself."""
        return (self.directory("pids") / "pids.peak").exists()

    def bounds(self) -> dict[str, float | None]:
        """{"memory", "memory_and_swap" (bytes), "pids", "cpus"}; None: no bound."""
        memory, pids = self.directory("memory"), self.directory("pids")
        if is_v2():
            most, swap = _bound(memory / "memory.max"), _bound(memory / "memory.swap.max")
            both = None if most is None or swap is None else most + swap
            quota, _, period = _text(self.directory("cpu") / "cpu.max").partition(" ")
        else:
            most, both = _bound(memory / "memory.limit_in_bytes"), _bound(memory / "memory.memsw.limit_in_bytes")
            quota = _text(self.directory("cpu") / "cpu.cfs_quota_us")
            period = _text(self.directory("cpu") / "cpu.cfs_period_us")
        cpus = int(quota) / int(period) if quota.isdigit() and period.isdigit() and int(period) else None
        return {"memory": most, "memory_and_swap": both, "pids": _bound(pids / "pids.max"), "cpus": cpus}

    def events(self) -> dict[str, int]:
        """What a group counted of itself: {"memory_refused", "oom_kills", "pids_refused", "throttled"}."""
        memory, cpu = self.directory("memory"), _field(self.directory("cpu") / "cpu.stat", "nr_throttled")
        if is_v2():
            refused, kills = _field(memory / "memory.events", "max"), _field(memory / "memory.events", "oom_kill")
        else:
            refused, kills = _number(memory / "memory.failcnt"), _field(memory / "memory.oom_control", "oom_kill")
        pids = _field(self.directory("pids") / "pids.events", "max")
        return {"memory_refused": refused, "oom_kills": kills, "pids_refused": pids, "throttled": cpu}

    def cpu_seconds(self) -> float:
        """Processor time of everything that ran in the group."""
        if is_v2():
            return _field(self.directory("cpu") / "cpu.stat", "usage_usec") / 1e6
        return _number(self.directory("cpuacct") / "cpuacct.usage") / 1e9

    def processes(self) -> list[int]:
        """Host pids of this group and the groups below it.

        The kernel lists a process that ends while it is listed as 0, which to kill(2) means the caller's own group.
        """
        found: set[int] = set()
        for base, _, _ in os.walk(self.directory("pids")):
            with contextlib.suppress(OSError):
                found.update(int(pid) for pid in (Path(base) / "cgroup.procs").read_text().split())
        return sorted(found - {0})

    def kill(self, patience: float = 5.0) -> bool:
        """SIGKILL everything below until nothing is left; False when something outlives `patience` seconds."""
        deadline = time.monotonic() + patience
        with contextlib.suppress(OSError):  # v2 since Linux 5.14: at once, what forks meanwhile included
            if is_v2() and (ROOT / self.path / "cgroup.kill").exists():
                (ROOT / self.path / "cgroup.kill").write_text("1")
        while pids := self.processes():
            for pid in pids:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            if time.monotonic() > deadline:
                return False
            time.sleep(0.01)
        return True

    def remove(self, patience: float = REMOVAL_SECONDS) -> None:
        """Remove the group and those below it; OSError when one is still busy after `patience` seconds.

        A group of v2 that survives here could not be joined by the next process that needs it.
        """
        deadline = time.monotonic() + patience
        for directory in self.directories():
            for base, _, _ in sorted(os.walk(directory), reverse=True):
                _remove(Path(base), deadline)


class OomWatch:
    """Counts out-of-memory kills in one group and below.

    v2 keeps the count itself, for the whole subtree. v1 counts in the victim's own group, which is gone with its build
    step; there the kernel tells an eventfd registered on the group whose limit was hit, and once more when the group
    is removed (memory.oom_control, described in the kernel's cgroup-v1 memory documentation).
    """

    def __init__(self, group: Group) -> None:
        self.group = group
        self.kills = 0
        self._event: int | None = None
        if not is_v2():
            self._register(group.directory("memory"))

    def _register(self, directory: Path) -> None:
        # The file first: a group that is not there must cost nothing, and a worker may ask for it again and again.
        with (directory / "memory.oom_control").open() as control:
            event = os.eventfd(0, os.EFD_NONBLOCK | os.EFD_CLOEXEC)
            try:
                (directory / "cgroup.event_control").write_text(f"{event} {control.fileno()}")
                self._control = os.dup(control.fileno())
            except OSError as error:
                os.close(event)
                if error.errno == errno.ENODEV:  # it went between the two lines above
                    raise FileNotFoundError(str(directory)) from error
                raise
        self._event = event

    def read(self) -> int:
        if self._event is None:
            return _field(self.group.directory("memory") / "memory.events", "oom_kill")
        removed = not self.group.directory("memory").exists()
        if removed:
            time.sleep(EVENT_SECONDS)
        with contextlib.suppress(BlockingIOError):
            self.kills += os.eventfd_read(self._event)
        return max(0, self.kills - 1) if removed else self.kills

    def close(self) -> None:
        if self._event is not None:
            os.close(self._event)
            os.close(self._control)
            self._event = None


def hand_down(directory: Path) -> None:
    """v2: enable the controllers that `directory` has for the groups below it.

    OSError: a controller that limits rest on is missing, or the kernel refused to hand it down.
    """
    there = set(_text(directory / "cgroup.controllers").split())
    if missing := NEEDED - there:
        raise OSError(f"{directory} has no {' and no '.join(sorted(missing))} controller, so limits cannot be enforced")
    enabled = set(_text(directory / "cgroup.subtree_control").split())
    for controller in V2_CONTROLLERS:
        if controller in there - enabled:
            _enable(directory, controller)


def _enable(level: Path, controller: str) -> None:
    try:
        (level / "cgroup.subtree_control").write_text(f"+{controller}")
    except OSError as error:
        if controller in NEEDED:
            raise OSError(error.errno, f"{level} did not hand down {controller}: {error.strerror}") from error


def _remove(directory: Path, deadline: float) -> None:
    while True:
        try:
            directory.rmdir()
            return
        except FileNotFoundError:
            return
        except OSError as error:
            if error.errno != errno.EBUSY or time.monotonic() > deadline:
                raise
        time.sleep(0.01)


def _inherit_cpuset(directory: Path, root: Path) -> None:
    """v1: a new cpuset group is empty and nothing may join it until it names processors and memory nodes."""
    for level in reversed([directory, *[p for p in directory.parents if root in p.parents]]):
        for name in ("cpuset.cpus", "cpuset.mems"):
            if not (level / name).read_text().strip():
                (level / name).write_text((level.parent / name).read_text())


def _text(file: Path) -> str:
    try:
        return file.read_text().strip()
    except OSError:
        return ""


def _bound(file: Path) -> float | None:
    """v2 says "max" where there is none; v1 the largest number of pages that it knows."""
    text = _text(file)
    return int(text) if text.isdigit() and int(text) < UNBOUNDED else None


def _number(file: Path) -> int:
    try:
        return int(file.read_text())
    except (OSError, ValueError):
        return 0


def _field(file: Path, name: str) -> int:
    try:
        lines = file.read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith(f"{name} ")), 0)
