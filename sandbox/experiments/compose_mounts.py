"""`compose-mounts`: one service's mounts as its PID 1 has them, and what the kernel says to root who writes.

Whether a writable mount covers what the image ships is read from the image's layers: caches, logs, scratch places and
the profiles of home directories are nobody's program, unless the lab's own code or anything executable lies there.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Set
from typing import TYPE_CHECKING, Any

from sandbox.compose.services import Service
from sandbox.composefacts import ComposeMounts, Covered, Seen, Written
from sandbox.experiments.compose_up import project_of
from sandbox.facts import Fact, LimitHit
from sandbox.logs import clean
from sandbox.plan import Experiment
from sandbox.stopped import LimitReached

if TYPE_CHECKING:
    from sandbox.session import Session

# Directories that images have, and where programs, settings and code are.
TRIED = (
    "/", "/app", "/bin", "/etc", "/home", "/lib", "/opt", "/root", "/sbin", "/srv", "/usr", "/usr/bin", "/usr/lib",
    "/usr/local", "/usr/local/bin", "/usr/local/lib", "/usr/src", "/var", "/var/lib", "/var/spool",
)  # fmt: skip
# Mounted by the engine in every container, writable or not.
ENGINE = ("/proc", "/sys", "/dev")
ENGINE_FILES = frozenset({"/etc/resolv.conf", "/etc/hostname", "/etc/hosts"})
SCRATCH = ("/tmp", "/var/tmp", "/run", "/var/run", "/var/cache", "/var/log", "/var/lock")  # noqa: S108
HOMES = ("/home/", "/root/")
SHOWN = 8


def run(session: Session, experiment: Experiment, facts: Mapping[str, Fact]) -> ComposeMounts:
    project = project_of(session, experiment)
    container, service = project.containers[experiment.service], project.project.services[experiment.service]
    table = session.ask("mounts", container=container["Id"])["mounts"] or []
    asked = _asked(container)
    mounts = tuple(
        Seen(clean(one["path"]), clean(one["kind"]), one["read_only"], one["size"], _engine(one["path"], asked))
        for one in table
    )
    root = next((mount for mount in reversed(mounts) if mount.path == "/"), None)
    places = [path for path in TRIED if _bare(path, mounts)]
    errors = session.ask("write", container=container["Id"], paths=places)["errors"] or []
    writes = tuple(Written(path, said) for path, said in zip(places, errors, strict=False) if said not in _NO_PLACE)
    return ComposeMounts(
        service=experiment.service,
        root_read_only=root is not None and root.read_only,
        mounts=tuple(mount for mount in mounts if mount.path != "/" and not mount.own),
        writes=writes,
        covered=_covered(session, experiment, container["Image"], mounts),
        **_lines(service),
    )


_NO_PLACE = frozenset({"ENOENT", "ENOTDIR", "ELOOP"})


def _asked(container: Mapping[str, Any]) -> set[str]:
    """Where the file or the image wants a mount, and /dev/shm, whose size the file decides."""
    config = container["HostConfig"]
    return {
        "/dev/shm",  # noqa: S108
        *(str(one["Destination"]) for one in container["Mounts"]),
        *(config.get("Tmpfs") or ()),
    }


def _engine(path: str, asked: Set[str]) -> bool:
    if path in asked:
        return False
    return path in ENGINE_FILES or any(path == one or path.startswith(f"{one}/") for one in ENGINE)


def _bare(path: str, mounts: Iterable[Seen]) -> bool:
    """No mount lies on it or above it, but for the root's."""
    return not any(path == one.path or path.startswith(f"{one.path}/") for one in mounts if one.path != "/")


def _covered(session: Session, experiment: Experiment, image: str, mounts: Iterable[Seen]) -> tuple[Covered, ...]:
    writable = {one.path: one for one in mounts if not one.read_only and not one.own and one.path != "/"}
    if not writable:
        return ()
    below = session.ask("below", image=image, paths=sorted(writable))
    code = session.ask("files", image=image, contents=_contents(session, experiment))
    if below["too_many"] or code["too_many"]:
        raise LimitReached(LimitHit("image", session.plan.limits.image_mb, "MB"))
    own = {file["path"] for file in code["files"] if file["visible"] and file["sha256"]}
    shipped = [file for file in below["files"] if file["path"] in own or not _spare(file)]
    found = []
    for path, mount in sorted(writable.items()):
        paths = sorted(file["path"] for file in shipped if file["path"].startswith(f"{path}/"))
        paths.sort(key=lambda one: one not in own)
        if paths:
            found.append(Covered(path, mount.kind, tuple(clean(one) for one in paths[:SHOWN])))
    return tuple(found)


def _contents(session: Session, experiment: Experiment) -> dict[int, list[str]]:
    contents: dict[int, list[str]] = {}
    for name in experiment.code:
        body = session.plan.context[name]
        contents.setdefault(len(body), []).append(hashlib.sha256(body).hexdigest())
    return contents


def _spare(file: Mapping[str, Any]) -> bool:
    """A file that no program is made of."""
    path, name = str(file["path"]), str(file["path"]).rpartition("/")[2]
    if int(file["mode"]) & 0o111:
        return False
    if path.startswith(HOMES):
        return name.startswith(".") or "/." in path
    return any(path.startswith(f"{one}/") for one in SCRATCH)


def _lines(service: Service) -> dict[str, int]:
    named = {"read_only_line": "read_only", "tmpfs_line": "tmpfs", "volumes_line": "volumes"}
    lines = {field: service.lines[key] for field, key in named.items() if key in service.lines}
    return {"line": service.line, **lines}
