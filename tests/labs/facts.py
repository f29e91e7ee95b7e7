"""Facts as the sandbox would report them, with the one thing that a test is about changed."""

from __future__ import annotations

# `type: ignore` below: each test names the fields it is about, and the dataclass itself refuses a wrong name.
from labs.checks.base import Context
from sandbox.composefacts import (
    Bounds,
    ComposeCycle,
    ComposeLoad,
    ComposeMounts,
    ComposeUp,
    Link,
    Matrix,
    Mount,
    Opened,
    Press,
    Pressure,
    Published,
    Reach,
    Seen,
    Service,
    Written,
)
from sandbox.facts import (
    AddedFiles,
    Build,
    Exchange,
    FileEntry,
    ImageFiles,
    LayerFiles,
    PathAccess,
    Process,
    Rebuild,
    Start,
    Step,
    WriteAccess,
)
from sandbox.healthfacts import Broken, Health, Trial
from sandbox.limits import DEFAULT
from sandbox.plan import Experiment

INSTALL = "RUN pip install -r requirements.txt"


def context(**fields: object) -> Context:
    return Context(Experiment(**{"id": "one", "kind": "start", **fields}), DEFAULT)  # type: ignore[arg-type]


def build(**fields: object) -> Build:
    steps = (Step("[1/2] COPY app.py .", 3, False, 0.1), Step("[2/2] RUN true", 4, True, 0.0))
    return Build(**{"ok": True, "seconds": 0.8, "steps": steps, "image_id": "sha256:1", **fields})  # type: ignore[arg-type]


def process(pid: int = 1, name: str = "python", uid: int = 10001, **fields: object) -> Process:
    plain = {
        "pid": pid,
        "name": name,
        "command": name,
        "uids": (uid,) * 4,
        "gids": (uid,) * 4,
        "groups": (),
        "effective_capabilities": (),
        "sample": 1,
    }
    return Process(**{**plain, **fields})  # type: ignore[arg-type]


def exchange(ok: bool = True, **fields: object) -> Exchange:
    plain = {
        "method": "GET",
        "path": "/notes",
        "status": 200,
        "body": "note-1",
        "wanted": "200 and “note-1”",
        "ok": ok,
    }
    return Exchange(**{**plain, **fields})  # type: ignore[arg-type]


def start(**fields: object) -> Start:
    plain = {
        "answered": True,
        "seconds": 0.2,
        "port": 8080,
        "exchanges": (exchange(),),
        "processes": (process(),),
    }
    return Start(**{**plain, **fields})  # type: ignore[arg-type]


def setuid(path: str = "/usr/bin/sudo", uid: int = 0) -> FileEntry:
    return FileEntry(path, 0o4755, uid, 0, 200_000)


def added_files(*files: FileEntry) -> AddedFiles:
    return AddedFiles("python:3.11-slim", files)


def write_access(*code: PathAccess, uid: int = 10001) -> WriteAccess:
    return WriteAccess(uid, code or (PathAccess("/app/app.py", False, False),))


def rebuild(**fields: object) -> Rebuild:
    plain = {
        "edited": "app.py",
        "build": build(),
        "rerun": (),
        "kept": (INSTALL,),
        "dependency_step": INSTALL,
        "dependency_line": 4,
        "dependencies_rerun": False,
    }
    return Rebuild(**{**plain, **fields})  # type: ignore[arg-type]


def trial(exit_code: int = 0, output: str = "") -> Trial:
    return Trial(exit_code, output)


def broken(**fields: object) -> Broken:
    plain = {
        "fault": "refuse",
        "unhealthy": True,
        "unhealthy_seconds": 0.8,
        "trial": trial(7, "curl: (7) Failed to connect\n"),
        "recovered": True,
        "recovered_seconds": 0.5,
        "mended_trial": trial(),
    }
    return Broken(**{**plain, **fields})  # type: ignore[arg-type]


def health(*faults: Broken, **fields: object) -> Health:
    plain = {
        "test": ("CMD-SHELL", "curl -f localhost:8080"),
        "interval": 30.0,
        "timeout": 3.0,
        "start_period": 0.0,
        "retries": 3,
        "answered": True,
        "healthy": True,
        "healthy_seconds": 0.6,
        "trial": trial(),
        "faults": faults,
        "line": 7,
    }
    return Health(**{**plain, **fields})  # type: ignore[arg-type]


def image_files(**fields: object) -> ImageFiles:
    layers = (
        LayerFiles("ADD rootfs.tar /", True, 3000, 74_000_000, 0),
        LayerFiles("COPY /notebook /usr/local/bin/", False, 1, 16_000, 0),
    )
    plain = {"size": 74_016_000, "starter_size": 250_000_000, "layers": layers, "tools": ()}
    return ImageFiles(**{**plain, **fields})  # type: ignore[arg-type]


def service(name: str = "web", *mounts: Mount, **fields: object) -> Service:
    plain = {
        "state": "running",
        "exit_code": None,
        "health": "",
        "networks": ("default",),
        "published": (),
        "mounts": mounts,
        "killed_for_memory": False,
        "log_tail": "",
        "line": 2,
    }
    return Service(name=name, **{**plain, **fields})  # type: ignore[arg-type]


def compose_up(*services: Service, **fields: object) -> ComposeUp:
    plain = {"answered": True, "seconds": 0.3, "port": 8080, "exchanges": (exchange(),), "service": "web"}
    return ComposeUp(**{**plain, "services": services, **fields})  # type: ignore[arg-type]


def compose_cycle(*exchanges: Exchange, **fields: object) -> ComposeCycle:
    plain = {"how": "down", "answered": True, "seconds": 1.9, "services": (service(),)}
    return ComposeCycle(**{**plain, "exchanges": exchanges or (exchange(),), **fields})  # type: ignore[arg-type]


def link(source: str, target: str, reach: Reach = "open", port: int = 8080, protocol: str = "tcp") -> Link:
    return Link(source, target, port, protocol, reach)


def opened(name: str = "web", reach: Reach = "open", host_port: int = 8080) -> Opened:
    return Opened(name, Published(8080, "tcp", "0.0.0.0", host_port), reach)


def matrix(*links: Link, ports: tuple[Opened, ...] = (), names: tuple[str, ...] = ("web", "api", "db")) -> Matrix:
    lines = (("web", 2), ("web.networks", 6), ("db", 15), ("db.ports", 18), ("db.networks", 20))
    return Matrix(tuple(map(service, names)), links, ports, lines)


def compose_mounts(*mounts: Seen, **fields: object) -> ComposeMounts:
    plain = {
        "service": "web",
        "root_read_only": True,
        "writes": (Written("/", "EROFS"), Written("/app", "EROFS")),
        "covered": (),
        "line": 2,
        "read_only_line": 4,
        "volumes_line": 7,
        "tmpfs_line": 9,
    }
    return ComposeMounts(**{**plain, "mounts": mounts, **fields})  # type: ignore[arg-type]


def pressure(**fields: object) -> Pressure:
    presses = (
        Press("memory", 192, 113, "killed", 40),
        Press("pids", 128, 60, "refused", 1),
        Press("cpu", 2, 0.6, "finished", 3, 0.31, 0.62),
    )
    bounds = {"memory": 128 * 2**20, "memory_and_swap": 128 * 2**20, "pids": 64, "cpus": 0.5}
    given = {key: fields.pop(key) for key in tuple(fields) if key in bounds}
    plain = {"service": "web", "presses": presses, "answered": True, "lines": (("", 2), ("mem_limit", 6))}
    made = Bounds(**{**bounds, **given})  # type: ignore[arg-type]
    return Pressure(**{**plain, "bounds": made, **fields})  # type: ignore[arg-type]


def compose_load(**fields: object) -> ComposeLoad:
    plain = {
        "service": "web",
        "asked": 24,
        "good": 24,
        "slowest": 0.21,
        "bad": (),
        "oom_kills": 0,
        "pids_refused": 0,
        "exit_code": None,
        "line": 2,
    }
    return ComposeLoad(**{**plain, **fields})  # type: ignore[arg-type]
