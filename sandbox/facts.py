"""What experiments measured: frozen, JSON-ready, free of Docker's types. Checks and pages read only these.

Times are seconds, sizes are bytes, user and group ids are the ones *inside* the container, and a line is a
1-based line of the learner's Dockerfile. Every field says where it was measured, because a grade rests on it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from sandbox.basefacts import Exchange, Problem, Process, Start, Unavailable
from sandbox.composefacts import ComposeCycle, ComposeData, ComposeLoad, ComposeMounts, ComposeUp, Matrix, Pressure
from sandbox.contentfacts import Contents
from sandbox.healthfacts import Health
from sandbox.registryfacts import Registry
from sandbox.scanfacts import Scan
from sandbox.scriptfacts import Script
from sandbox.signfacts import Signing
from sandbox.syscallfacts import Syscalls
from sandbox.tomorrowfacts import Tomorrow

__all__ = ["Exchange", "Problem", "Process", "Start", "Unavailable"]
FACTS_VERSION = 1  # stored beside the facts; raise it when a field changes its meaning


@dataclass(frozen=True, slots=True)
class LimitHit:
    """A bound that stopped the submission. Names: time, memory, pids, disk, log, image."""

    name: Literal["time", "memory", "pids", "disk", "log", "image"]
    value: float
    unit: str
    step: str | None = None  # the build step or experiment that was running


@dataclass(frozen=True, slots=True)
class Step:
    """One Dockerfile instruction as BuildKit executed it (a vertex of its progress stream)."""

    name: str  # "[2/5] RUN pip install -r requirements.txt"
    line: int | None
    cached: bool
    seconds: float
    state: Literal["waiting", "running", "done", "failed", "cancelled"] = "done"
    stage: str = ""


@dataclass(frozen=True, slots=True)
class Layer:
    """One entry of the image's history, oldest first."""

    created_by: str
    created: str  # RFC 3339 with nanoseconds: kept when the step came from the cache, new when it ran
    size: int
    empty: bool  # metadata only (ENV, CMD, ...): no files
    diff_id: str | None = None


@dataclass(frozen=True, slots=True)
class Build:
    """`kind = "build"`: one run of BuildKit over the learner's files."""

    ok: bool
    seconds: float
    steps: tuple[Step, ...] = ()
    problem: Problem | None = None
    image_id: str | None = None
    layers: tuple[Layer, ...] = ()
    base_layers: int = 0  # how many of `layers` belong to the catalogue image it stands on
    base: str | None = None  # the catalogue image under the final stage
    size: int = 0
    user: str = ""  # image configuration, as declared: shown, never graded
    log_tail: str = ""
    context_sent: int | None = None  # bytes of the context that the builder asked for; None: it did not say
    context_size: int = 0  # bytes of all files that lay there


@dataclass(frozen=True, slots=True)
class FileEntry:
    """A file of the merged image file system."""

    path: str
    mode: int  # permission bits with setuid, setgid, sticky
    uid: int
    gid: int
    size: int
    capabilities: tuple[str, ...] = ()  # that it gives to every user who runs it


@dataclass(frozen=True, slots=True)
class AddedFiles:
    """`kind = "added-files"`: what leads to root in the image, and the base image did not bring."""

    base: str | None
    setuid: tuple[FileEntry, ...]  # set-user-ID, or set-group-ID for group 0
    capable: tuple[FileEntry, ...] = ()  # files with capabilities that lead to root
    accounts: tuple[str, ...] = ()  # with uid 0 and an open password, where a set-user-ID program may ask for it


@dataclass(frozen=True, slots=True)
class PathAccess:
    """What the kernel would let the app's user do to one path, over its own mounts."""

    path: str
    writable: bool  # the file itself, if need be after its owner has changed the modes
    replaceable: bool  # it, or a directory on the way to it, can be moved away and another put there


@dataclass(frozen=True, slots=True)
class WriteAccess:
    """`kind = "write-access"`: can the running app change its own code?"""

    uid: int
    code: tuple[PathAccess, ...]  # the lab's source files as found in the running container, by content
    rest: tuple[PathAccess, ...] = ()  # programs that run it, what root runs at the start, files that say who is root


@dataclass(frozen=True, slots=True)
class Rebuild:
    """`kind = "rebuild"`: one edit, the same build again, compared layer by layer with the first."""

    edited: str  # the file
    build: Build
    rerun: tuple[str, ...]  # created_by of layers with files that are new
    kept: tuple[str, ...]  # created_by of layers with files that came from the cache
    dependency_step: str | None  # the step whose layer holds the installed dependencies, found by content
    dependency_line: int | None
    dependencies_rerun: bool | None  # None: no layer holds them
    start: Start | None = None  # the rebuilt image, run and asked


@dataclass(frozen=True, slots=True)
class LayerFiles:
    """What one layer of an image carries, read from its directory on disk."""

    created_by: str
    base: bool  # it belongs to the catalogue image below
    files: int
    bytes: int
    wasted: int  # of `bytes`, what layers above cover or remove: it is downloaded all the same


@dataclass(frozen=True, slots=True)
class Tool:
    """A program of a compiler's in one of the image's layers."""

    path: str
    size: int
    created_by: str  # of its layer
    visible: bool  # False: a layer above removes or covers it


@dataclass(frozen=True, slots=True)
class ImageFiles:
    """`kind = "image-files"`: all layers of the final image, and the starter built on the same engine beside it."""

    size: int
    starter_size: int
    layers: tuple[LayerFiles, ...]  # lowest first
    tools: tuple[Tool, ...]


@dataclass(frozen=True, slots=True)
class Leak:
    """A place in the image where a secret of the build context can be read."""

    path: str  # "" : the image's configuration (its environment, labels, history)
    created_by: str  # of its layer
    visible: bool  # False: a layer above removes or covers it
    text: str = ""  # the secret, where the lab wrote it into the starter; "" for the one of the build context


@dataclass(frozen=True, slots=True)
class Leaks:
    """`kind = "leaks"`: every layer searched for the secret that lay in the build context."""

    file: str  # of the context, where the secret lay
    places: tuple[Leak, ...]


@dataclass(frozen=True, slots=True)
class Twins:
    """`kind = "twins"`: two containers from one image; the first is asked everything, the second the last request."""

    answered: bool  # both said 2xx on their ready path
    first: tuple[Exchange, ...] = ()
    second: Exchange | None = None  # `ok`: it gave the answer that only the first could know


@dataclass(frozen=True, slots=True)
class Stop:
    """`kind = "stop"`: the container asked to end as the engine does it, by the image's own stop signal."""

    signal: str  # SIGTERM where the image names none
    seconds: float
    killed: bool  # it did not end by itself within the time allowed
    exit_code: int
    first_process: str  # command of PID 1 before


Fact = (
    Build | Start | AddedFiles | WriteAccess | Rebuild | Health | ImageFiles | Leaks | Twins | Stop
    | Contents | Tomorrow | Scan | Syscalls | Script | Signing | Registry
    | ComposeUp | ComposeCycle | ComposeData | Matrix | ComposeMounts | Pressure | ComposeLoad
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Timings:
    """Wall-clock seconds of one grading. Experiments overlap, so parts may exceed the total."""

    parse: float = 0.0
    build: float = 0.0
    experiments: float = 0.0
    checks: float = 0.0
    cleanup: float = 0.0
    total: float = 0.0


@dataclass(frozen=True, slots=True)
class Outcome:
    """Everything one submission's experiments yielded. `facts` lacks an experiment that could not run."""

    facts: Mapping[str, Fact]
    limit: LimitHit | None = None
    unavailable: Unavailable | None = None
    problem: Problem | None = None  # the learner's files cannot be used at all: nothing was run
    timings: Timings = Timings()
    log: str = ""  # cleaned and bounded
    engine: str = ""  # fingerprint: engine and builder versions, catalogue digest
