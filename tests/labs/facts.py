"""Facts as the sandbox would report them, with the one thing that a test is about changed."""

from __future__ import annotations

# `type: ignore` below: each test names the fields it is about, and the dataclass itself refuses a wrong name.
from labs.checks.base import Context
from sandbox.facts import (
    AddedFiles,
    Build,
    Exchange,
    FileEntry,
    PathAccess,
    Process,
    Rebuild,
    Start,
    Step,
    WriteAccess,
)
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
