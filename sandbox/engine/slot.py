"""One slot: a private engine in fresh namespaces, with a data root of its own. Root, standard library only."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

from sandbox.engine import confinement, dataroot, pace
from sandbox.engine.api import Engine, EngineError
from sandbox.engine.cgroups import Bounds, Group, OomWatch
from sandbox.engine.dataroot import DataRoots, data_roots
from sandbox.engine.home import home
from sandbox.engine.paths import PROJECT, Layout

ASSETS = Path(__file__).parent / "slot"
LAUNCH: tuple[str, ...] = (sys.executable, "-m", "sandbox.engine.launch")
BOOT_SECONDS = 30.0  # ready in 1.6 s when the machine is idle
# Before a lease names its own bounds; the same figures as sandbox.limits.DEFAULT.
BUILD = Bounds(memory_mb=1024, pids=512, cpus=2.0)
RUN = Bounds(memory_mb=1024, pids=512, cpus=2.0)
# A grading takes one or two seconds of processor time, an attack takes all there is: what has had more than this steps
# back, so that it is the neighbours who are served first. So does a slot that starts, which nobody waits for yet.
PATIENCE_CPU_SECONDS = 2.5
STEPPED_BACK = 0.125


@dataclass(slots=True)
class Slot:
    """`name` is unique within the installation; `gid` is the group that may use the engine's socket."""

    layout: Layout
    name: str
    gid: int = 0
    process: subprocess.Popen[bytes] | None = field(default=None)
    init_pid: int = 0  # the engine's PID 1, as the machine numbers it
    fresh: int = 0  # bytes that were free on the data root when it was booted
    low: tuple[int, int] = (0, 0)  # least room seen on the data root since `watch`: bytes, inodes
    most: int = 0  # processes of builds at once, as seen since `watch`, for kernels that keep no peak
    ooms: dict[str, OomWatch] = field(default_factory=dict)  # by group: "build", "run/<container id>"
    roots: DataRoots = field(default_factory=data_roots)
    assets: Path = ASSETS  # its init.sh becomes the slot's first process
    cpu_at_lease: float = 0.0  # seconds that its group had used
    turn: int = 0
    has_spare: bool = False

    @property
    def directory(self) -> Path:
        return self.layout.slots / self.name

    @property
    def data(self) -> Path:
        return self.directory / f"data-{self.turn}"

    @property
    def spare(self) -> Path:
        """The data root that the next boot takes, once `has_spare`."""
        return self.directory / f"data-{1 - self.turn}"

    @property
    def run(self) -> Path:
        return self.layout.runtime / self.name

    @property
    def socket(self) -> Path:
        return self.run / "docker.sock"

    @property
    def group(self) -> Group:
        return Group(f"{home(self.layout.name).path}/{self.name}")

    def child_group(self, name: str) -> Group:
        return Group(f"{self.group.path}/{name}")

    @property
    def engine(self) -> Engine:
        return Engine(self.socket)

    @property
    def root(self) -> Path:
        """The slot's root file system, seen from the machine."""
        return Path("/proc") / str(self.init_pid) / "root"

    def renew(self, golden: Path) -> None:
        """A fresh data root: the prepared spare, or a copy of the golden one."""
        if self.has_spare:
            self.roots.remove(self.data)
            self.turn, self.has_spare = 1 - self.turn, False
        else:
            self.roots.fill(golden, self.data)

    def prepare_spare(self, golden: Path) -> None:
        if not self.has_spare:
            self.roots.fill(golden, self.spare)
            self.has_spare = True

    def forget(self) -> None:
        """Remove both data roots: what an earlier supervisor left may be of another golden one."""
        self.directory.mkdir(parents=True, exist_ok=True)
        for number in (0, 1):
            self.roots.remove(self.directory / f"data-{number}")

    def boot(self) -> None:
        """Start the namespaces and the engine; `wait_ready` tells when it answers."""
        self._make_groups()
        shutil.rmtree(self.run, ignore_errors=True)
        self.run.mkdir(parents=True)
        os.chown(self.run, 0, self.gid)
        self.run.chmod(0o750)
        root = self.directory / "root"
        root.mkdir(parents=True, exist_ok=True)
        groups = [f"{path}:{path / 'engine'}" for path in self.group.directories()]
        script = ["/bin/sh", str(self.assets / "init.sh"), str(self.layout.tree), str(root), str(self.run)]
        script += [str(self.data), str(self.layout.packages), str(self.gid)]
        command = [*LAUNCH, *groups, "--", *script]
        with (self.directory / "boot.log").open("wb") as log:
            self.process = subprocess.Popen(
                command, cwd=PROJECT, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
            )

    def _make_groups(self) -> None:
        for group in (self.group, *map(self.child_group, ("engine", "build", "run"))):
            group.make()
        self.group.weigh(STEPPED_BACK)

    def _bound_groups(self) -> None:
        """Only now: a v2 group has limits to set once the launcher has handed the controllers down."""
        self.child_group("build").bound(BUILD)
        self.child_group("run").bound(RUN)

    def is_ready(self) -> bool:
        """True once the engine answers; EngineError when the slot has ended instead."""
        if self.process is None or self.process.poll() is not None:
            raise EngineError(f"slot {self.name} ended while starting: {self.boot_log()}")
        if not self.socket.exists() or not self.engine.ready():
            return False
        self.init_pid = _child(self.process.pid)
        self._bound_groups()
        return True

    def wait_ready(self) -> None:
        seconds = BOOT_SECONDS * pace.factor()
        deadline = time.monotonic() + seconds
        while not self.is_ready():
            if time.monotonic() > deadline:
                raise EngineError(f"slot {self.name} was not ready in {seconds:.0f} s: {self.boot_log()}")
            time.sleep(0.02)

    def weakness(self) -> str:
        """What does not confine this slot as it must, in one sentence; "" when all does."""
        return confinement.weakness(self.init_pid, self.root / "var/lib/docker", dataroot.DATA_MB)

    def watch(self) -> None:
        """Begin to count what limit verdicts rest on: least room on the data root, kills and peaks in builds.

        The group of the builds is made anew, because its peaks cannot be set back.
        """
        self._end_watches()
        build = self.child_group("build")
        build.remove()
        build.make()
        build.bound(BUILD)
        self.watch_kills("build")
        self.low, self.most = self.room(), 0
        self.cpu_at_lease = self.group.cpu_seconds()
        self.group.weigh(1)

    def watch_kills(self, name: str) -> None:
        """Count out-of-memory kills in a child group from now on."""
        self.ooms[name] = OomWatch(self.child_group(name))

    def _end_watches(self) -> None:
        while self.ooms:
            self.ooms.popitem()[1].close()

    def room(self) -> tuple[int, int]:
        state = os.statvfs(self.root / "var/lib/docker")
        return state.f_bavail * state.f_frsize, state.f_favail

    def note_use(self) -> None:
        """A full disk is emptied again when its build step is thrown away: it must be seen while it lasts.

        So are the most processes, where the kernel keeps no peak.
        """
        build = self.child_group("build")
        if not build.keeps_peak():
            self.most = max(self.most, build.counters()["pids_peak"])
        with contextlib.suppress(OSError):
            free, inodes = self.room()
            self.low = (min(self.low[0], free), min(self.low[1], inodes))

    def step_back(self) -> None:
        """Once a lease has had more of the processors than a grading needs."""
        with contextlib.suppress(OSError):  # the slot is being destroyed
            if self.group.cpu_seconds() - self.cpu_at_lease > PATIENCE_CPU_SECONDS:
                self.group.weigh(STEPPED_BACK)

    def boot_log(self) -> str:
        texts = []
        for file in (self.directory / "boot.log", self.run / "dockerd.log"):
            with contextlib.suppress(OSError):
                texts.append(file.read_text(errors="replace")[-1500:])
        return "\n".join(texts).strip()

    def stop(self, patience: float = 10.0) -> None:
        """Let the engine write its data down and end (for the golden data root)."""
        if self.process is not None and self.init_pid:
            os.kill(self.init_pid, signal.SIGTERM)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(patience)
        self.kill()

    def kill(self) -> None:
        """End everything inside at once. Mounts and the loop device go with the namespaces."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()
        self.process, self.init_pid = None, 0
        self._end_watches()
        if not self.group.kill():
            raise EngineError(f"slot {self.name}: processes outlived SIGKILL")
        self.group.remove()
        shutil.rmtree(self.run, ignore_errors=True)


def _child(pid: int) -> int:
    """The one child of `unshare --fork`: PID 1 of the slot."""
    return int(Path(f"/proc/{pid}/task/{pid}/children").read_text().split()[0])
