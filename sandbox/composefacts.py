"""What the Compose experiments measured; in every other way as `sandbox.facts` says. Lines are of compose.yaml."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from sandbox.basefacts import Exchange, Problem, Start

Reach = Literal["open", "refused", "unreachable", "silent"]


@dataclass(frozen=True, slots=True)
class Published:
    """A port of a service that the engine opened on the machine."""

    port: int  # in the container
    protocol: str
    address: str  # of the machine: "0.0.0.0" is every one
    host_port: int


@dataclass(frozen=True, slots=True)
class Mount:
    """A mount as the engine made it."""

    kind: str  # volume, bind (a folder of the project), tmpfs
    source: str  # the volume's name, the folder; "" for a tmpfs and for a volume without a name
    target: str
    read_only: bool
    anonymous: bool = False  # a volume that nothing names: nobody finds it again


@dataclass(frozen=True, slots=True)
class Service:
    """One service of a project, as the engine runs it."""

    name: str
    state: str  # running, exited, created; "absent": Compose made no container
    exit_code: int | None  # None: it runs
    health: str  # "" without a check
    networks: tuple[str, ...]  # as the file names them
    published: tuple[Published, ...]
    mounts: tuple[Mount, ...]
    killed_for_memory: bool
    log_tail: str
    line: int | None  # of its name in the file


@dataclass(frozen=True, slots=True)
class ComposeUp(Start):
    """`kind = "compose-up"`: the project started by Compose; one service is asked as an image's app is."""

    service: str = ""  # the one that was asked
    up_seconds: float = 0.0  # of Compose's own work
    services: tuple[Service, ...] = ()


@dataclass(frozen=True, slots=True)
class ComposeCycle:
    """`kind = "compose-cycle"`: the project ended and started again, as a person would type it."""

    how: str  # down (and up), recreate (up --force-recreate)
    answered: bool
    seconds: float  # both commands
    exchanges: tuple[Exchange, ...] = ()
    services: tuple[Service, ...] = ()  # afterwards
    problem: Problem | None = None


@dataclass(frozen=True, slots=True)
class Kept:
    """A file in a container's own layer that holds the text that was looked for."""

    service: str
    path: str


@dataclass(frozen=True, slots=True)
class ComposeData:
    """`kind = "compose-data"`: is what the app was told kept in a container's own layer, which goes with it?"""

    kept: tuple[Kept, ...]
    services: tuple[Service, ...]
    lines: tuple[tuple[str, int], ...] = ()  # service → line of its `volumes`, or of its name


@dataclass(frozen=True, slots=True)
class Link:
    """One connection that was tried from within a service's network. `target` is a service, or "outside"."""

    source: str
    target: str
    port: int
    protocol: str
    reach: Reach

    @property
    def reached(self) -> bool:
        """A machine that refuses is reached: only nobody listens on that port."""
        return self.reach in {"open", "refused"}


@dataclass(frozen=True, slots=True)
class Opened:
    """A published port, tried from the machine itself."""

    service: str
    port: Published
    reach: Reach


@dataclass(frozen=True, slots=True)
class Relay:
    """A service that answered `source` as `target` does, though it is another."""

    source: str
    target: str
    through: str
    port: int


@dataclass(frozen=True, slots=True)
class Matrix:
    """`kind = "compose-matrix"`: who reaches whom, tried from within each service's network at the same time."""

    services: tuple[Service, ...]
    links: tuple[Link, ...]
    opened: tuple[Opened, ...]
    lines: tuple[tuple[str, int], ...] = ()  # "service" or "service.key" → line
    relays: tuple[Relay, ...] = ()

    def reach(self, source: str, target: str) -> Link | None:
        """The best of the links between two, of every port that was tried."""
        order = ("open", "refused", "silent", "unreachable")
        found = [link for link in self.links if (link.source, link.target) == (source, target)]
        return min(found, key=lambda link: order.index(link.reach), default=None)

    def line(self, *names: str) -> int | None:
        """Of the first of these places that the file has."""
        lines = dict(self.lines)
        return next((lines[name] for name in names if name in lines), None)


@dataclass(frozen=True, slots=True)
class Seen:
    """One line of a container's mount table."""

    path: str
    kind: str
    read_only: bool
    size: int | None  # bytes that a tmpfs may take; None: no bound
    own: bool  # the engine makes it in every container


@dataclass(frozen=True, slots=True)
class Written:
    """What the kernel said when root created a file in this directory."""

    path: str
    error: str  # "" it was created, EROFS, …


@dataclass(frozen=True, slots=True)
class Covered:
    """A writable mount, and files of the image below it that are more than a cache, a log or somebody's profile."""

    path: str
    kind: str
    files: tuple[str, ...]  # the first few


@dataclass(frozen=True, slots=True)
class ComposeMounts:
    """`kind = "compose-mounts"`: one service's mounts, as its PID 1 has them, and what may be written."""

    service: str
    root_read_only: bool
    mounts: tuple[Seen, ...]  # without the root, and without what the engine mounts in every container
    writes: tuple[Written, ...]  # in directories that no mount covers
    covered: tuple[Covered, ...]
    line: int | None = None  # of the service
    read_only_line: int | None = None
    volumes_line: int | None = None  # of `volumes`, or of `tmpfs`
    tmpfs_line: int | None = None


@dataclass(frozen=True, slots=True)
class Bounds:
    """What the kernel holds a service to, where its file says anything of it; None: it says nothing."""

    memory: int | None  # bytes
    memory_and_swap: int | None
    pids: int | None
    cpus: float | None


@dataclass(frozen=True, slots=True)
class Press:
    """A process of ours in the service's control group took what it could get."""

    kind: str  # memory (MB), pids, cpu
    amount: float  # that it went for
    got: float
    ended: str  # finished, killed, refused; late: its time was over; gone: nothing ran there any more
    refused: int  # times that the group said no meanwhile: kills, forks, throttled periods
    cpu_seconds: float = 0.0
    elapsed: float = 0.0


@dataclass(frozen=True, slots=True)
class Pressure:
    """`kind = "compose-pressure"`: a service's bounds as the kernel has them, and what happened under pressure."""

    service: str
    bounds: Bounds
    presses: tuple[Press, ...]
    answered: bool  # the app, afterwards
    neighbour: str = ""
    neighbour_ms: tuple[float, ...] = ()  # its answers meanwhile: for the picture, never a grade
    lines: tuple[tuple[str, int], ...] = ()  # key → line, of the service's keys; "" is the service itself


@dataclass(frozen=True, slots=True)
class ComposeLoad:
    """`kind = "compose-load"`: a service asked as often as its people ask it."""

    service: str
    asked: int
    good: int
    slowest: float  # seconds
    bad: tuple[Exchange, ...]  # the first few
    oom_kills: int
    pids_refused: int
    exit_code: int | None  # not None: it has ended
    line: int | None = None
