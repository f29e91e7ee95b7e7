"""Facts as the sandbox would report them, with the one thing that a test is about changed."""

from __future__ import annotations

from typing import Any

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
from sandbox.contentfacts import Contents, Package
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
from sandbox.scanfacts import Finding, Scan
from sandbox.tomorrowfacts import Installed, Reference, Tomorrow

INSTALL = "RUN pip install -r requirements.txt"


def context(**fields: Any) -> Context:
    return Context(Experiment(**{"id": "one", "kind": "start", **fields}), DEFAULT)


def build(**fields: Any) -> Build:
    steps = (Step("[1/2] COPY app.py .", 3, False, 0.1), Step("[2/2] RUN true", 4, True, 0.0))
    return Build(**{"ok": True, "seconds": 0.8, "steps": steps, "image_id": "sha256:1", **fields})


def process(pid: int = 1, name: str = "python", uid: int = 10001, **fields: Any) -> Process:
    plain: dict[str, Any] = {
        "pid": pid,
        "name": name,
        "command": name,
        "uids": (uid,) * 4,
        "gids": (uid,) * 4,
        "groups": (),
        "effective_capabilities": (),
        "sample": 1,
    }
    return Process(**{**plain, **fields})


def exchange(ok: bool = True, **fields: Any) -> Exchange:
    plain: dict[str, Any] = {
        "method": "GET",
        "path": "/notes",
        "status": 200,
        "body": "note-1",
        "wanted": "200 and “note-1”",
        "ok": ok,
    }
    return Exchange(**{**plain, **fields})


def start(**fields: Any) -> Start:
    plain: dict[str, Any] = {
        "answered": True,
        "seconds": 0.2,
        "port": 8080,
        "exchanges": (exchange(),),
        "processes": (process(),),
    }
    return Start(**{**plain, **fields})


def setuid(path: str = "/usr/bin/sudo", uid: int = 0) -> FileEntry:
    return FileEntry(path, 0o4755, uid, 0, 200_000)


def added_files(*files: FileEntry) -> AddedFiles:
    return AddedFiles("python:3.11-slim", files)


def write_access(*code: PathAccess, uid: int = 10001) -> WriteAccess:
    return WriteAccess(uid, code or (PathAccess("/app/app.py", False, False),))


def rebuild(**fields: Any) -> Rebuild:
    plain: dict[str, Any] = {
        "edited": "app.py",
        "build": build(),
        "rerun": (),
        "kept": (INSTALL,),
        "dependency_step": INSTALL,
        "dependency_line": 4,
        "dependencies_rerun": False,
    }
    return Rebuild(**{**plain, **fields})


def trial(exit_code: int = 0, output: str = "") -> Trial:
    return Trial(exit_code, output)


def broken(**fields: Any) -> Broken:
    plain: dict[str, Any] = {
        "fault": "refuse",
        "unhealthy": True,
        "unhealthy_seconds": 0.8,
        "trial": trial(7, "curl: (7) Failed to connect\n"),
        "recovered": True,
        "recovered_seconds": 0.5,
        "mended_trial": trial(),
    }
    return Broken(**{**plain, **fields})


def health(*faults: Broken, **fields: Any) -> Health:
    plain: dict[str, Any] = {
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
    return Health(**{**plain, **fields})


def image_files(**fields: Any) -> ImageFiles:
    layers = (
        LayerFiles("ADD rootfs.tar /", True, 3000, 74_000_000, 0),
        LayerFiles("COPY /notebook /usr/local/bin/", False, 1, 16_000, 0),
    )
    plain: dict[str, Any] = {"size": 74_016_000, "starter_size": 250_000_000, "layers": layers, "tools": ()}
    return ImageFiles(**{**plain, **fields})


def package(name: str = "curl", **fields: Any) -> Package:
    plain: dict[str, Any] = {
        "kind": "deb",
        "version": "1",
        "created_by": "ADD rootfs.tar /",
        "listed": True,
        "visible": True,
    }
    return Package(**{"name": name, **plain, **fields})


def contents(**fields: Any) -> Contents:
    plain: dict[str, Any] = {"size": 50, "starter_size": 100, "packages": (package(),), "starter_packages": 10}
    return Contents(**{**plain, "shells": (), "managers": (), **fields})


def tomorrow(**fields: Any) -> Tomorrow:
    plain: dict[str, Any] = {
        "build": build(),
        "references": (Reference("python:3.11.2-slim", 1, ""),),
        "base": "python:3.11.2-slim",
        "moved": (),
        "installed": (Installed("flask", "3.0.3", "3.0.3"),),
        "dependency": True,
    }
    return Tomorrow(**{**plain, **fields})


def finding(package: str = "openssl", **fields: Any) -> Finding:
    plain: dict[str, Any] = {
        "version": "3.0.20",
        "fixed": "3.0.22",
        "cves": ("CVE-2026-0001",),
        "created_by": "ADD rootfs.tar /",
    }
    return Finding(**{"package": package, **plain, "listed": True, "path": "/list", **fields})


def scan(**fields: Any) -> Scan:
    return Scan(**{"os": (), "python": (), "os_packages": 100, "python_packages": 7, **fields})


def service(name: str = "web", *mounts: Mount, **fields: Any) -> Service:
    plain: dict[str, Any] = {
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
    return Service(name=name, **{**plain, **fields})


def compose_up(*services: Service, **fields: Any) -> ComposeUp:
    plain: dict[str, Any] = {
        "answered": True,
        "seconds": 0.3,
        "port": 8080,
        "exchanges": (exchange(),),
        "service": "web",
    }
    return ComposeUp(**{**plain, "services": services, **fields})


def compose_cycle(*exchanges: Exchange, **fields: Any) -> ComposeCycle:
    plain: dict[str, Any] = {"how": "down", "answered": True, "seconds": 1.9, "services": (service(),)}
    return ComposeCycle(**{**plain, "exchanges": exchanges or (exchange(),), **fields})


def link(source: str, target: str, reach: Reach = "open", port: int = 8080, protocol: str = "tcp") -> Link:
    return Link(source, target, port, protocol, reach)


def opened(name: str = "web", reach: Reach = "open", host_port: int = 8080) -> Opened:
    return Opened(name, Published(8080, "tcp", "0.0.0.0", host_port), reach)


def matrix(*links: Link, ports: tuple[Opened, ...] = (), names: tuple[str, ...] = ("web", "api", "db")) -> Matrix:
    lines = (("web", 2), ("web.networks", 6), ("db", 15), ("db.ports", 18), ("db.networks", 20))
    return Matrix(tuple(map(service, names)), links, ports, lines)


def compose_mounts(*mounts: Seen, **fields: Any) -> ComposeMounts:
    plain: dict[str, Any] = {
        "service": "web",
        "root_read_only": True,
        "writes": (Written("/", "EROFS"), Written("/app", "EROFS")),
        "covered": (),
        "line": 2,
        "read_only_line": 4,
        "volumes_line": 7,
        "tmpfs_line": 9,
    }
    return ComposeMounts(**{**plain, "mounts": mounts, **fields})


def pressure(**fields: Any) -> Pressure:
    presses = (
        Press("memory", 192, 113, "killed", 40),
        Press("pids", 128, 60, "refused", 1),
        Press("cpu", 2, 0.6, "finished", 3, 0.31, 0.62),
    )
    bounds = {"memory": 128 * 2**20, "memory_and_swap": 128 * 2**20, "pids": 64, "cpus": 0.5}
    given = {key: fields.pop(key) for key in tuple(fields) if key in bounds}
    plain: dict[str, Any] = {
        "service": "web",
        "presses": presses,
        "answered": True,
        "lines": (("", 2), ("mem_limit", 6)),
    }
    made = Bounds(**{**bounds, **given})
    return Pressure(**{**plain, "bounds": made, **fields})


def compose_load(**fields: Any) -> ComposeLoad:
    plain: dict[str, Any] = {
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
    return ComposeLoad(**{**plain, **fields})
