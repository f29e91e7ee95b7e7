"""Looks at an image's layers from outside, on disk: which files it holds, which are set-user-ID, which are ours.

Runs as root over directories that a learner's build filled, so nothing is ever followed: entries are read by
directory handle, links are not resolved, only regular files are opened, and both entries and bytes are bounded.
The directories do not change any more: a layer is closed when its step has ended.
"""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

ENTRIES = 400_000  # a full Python image holds 20,000 files
HASHED_BYTES = 64 * 1024 * 1024
_OPAQUE = "trusted.overlay.opaque"


class TooMany(Exception):
    """The image holds more than the bounds above."""


@dataclass(frozen=True, slots=True)
class Query:
    """What to report besides set-user-ID files: paths that end with one of `names`, files equal to a known one."""

    names: tuple[str, ...] = ()
    contents: dict[int, tuple[str, ...]] = field(default_factory=dict)  # size → sha256 of known files


@dataclass(frozen=True, slots=True)
class Found:
    layer: int  # index into the directories, lowest first
    path: str  # "/app/app.py"
    mode: int
    uid: int
    gid: int
    size: int
    sha256: str  # of set-user-ID files and of files with a known size, else ""
    visible: bool  # not covered or removed by a layer above


def look(directories: Sequence[Path], query: Query, shift: int) -> list[Found]:
    """Everything the query asks for, over all layers. `shift` is subtracted from owners (user namespace)."""
    hidden: set[str] = set()  # paths seen or removed in a layer above
    gone: set[str] = set()  # directories removed or made opaque above: everything below them is hidden
    budget = [ENTRIES, HASHED_BYTES]
    result: list[Found] = []
    for index in range(len(directories) - 1, -1, -1):
        seen, removed = set[str](), set[str]()
        for path, status, handle in _walk(directories[index], removed, budget):
            seen.add(path)
            found = _match(index, path, status, handle, query, budget)
            if found is not None:
                covered = path in hidden or _below(path, gone)
                result.append(_placed(found, shift, visible=not covered))
        hidden |= seen
        gone |= removed
    return sorted(result, key=lambda entry: (entry.layer, entry.path))


def _below(path: str, gone: set[str]) -> bool:
    parts = path.split("/")
    return any("/".join(parts[:n]) in gone for n in range(2, len(parts) + 1))


def _walk(top: Path, removed: set[str], budget: list[int]) -> Iterator[tuple[str, os.stat_result, int]]:
    """(path, status, handle of its directory) of every entry but directories; whiteouts go to `removed`."""
    for base, folders, files, handle in os.fwalk(top, follow_symlinks=False):
        prefix = base[len(str(top)) :]
        if prefix and _opaque(handle):
            removed.add(prefix)
        budget[0] -= len(files) + len(folders)
        if budget[0] < 0:
            raise TooMany(f"more than {ENTRIES} files")
        for name in files:
            status = os.stat(name, dir_fd=handle, follow_symlinks=False)
            if stat.S_ISCHR(status.st_mode) and status.st_rdev == 0:
                removed.add(f"{prefix}/{name}")
            else:
                yield f"{prefix}/{name}", status, handle


def _opaque(handle: int) -> bool:
    try:
        return os.getxattr(handle, _OPAQUE) == b"y"
    except OSError:
        return False


def _match(layer: int, path: str, status: os.stat_result, handle: int, query: Query, budget: list[int]) -> Found | None:
    regular = stat.S_ISREG(status.st_mode)
    setuid = regular and bool(status.st_mode & stat.S_ISUID)
    known = regular and status.st_size in query.contents
    named = path.endswith(query.names) if query.names else False
    digest = _hash(path.rsplit("/", 1)[1], handle, status.st_size, budget) if setuid or known else ""
    if not (setuid or named or (known and digest in query.contents[status.st_size])):
        return None
    owner = (stat.S_IMODE(status.st_mode), status.st_uid, status.st_gid, status.st_size)
    return Found(layer, path, *owner, digest, visible=True)


def _placed(found: Found, shift: int, *, visible: bool) -> Found:
    ids = (max(found.uid - shift, 0), max(found.gid - shift, 0))
    return Found(found.layer, found.path, found.mode, *ids, found.size, found.sha256, visible)


def _hash(name: str, handle: int, size: int, budget: list[int]) -> str:
    budget[1] -= size
    if budget[1] < 0:
        raise TooMany(f"more than {HASHED_BYTES} bytes to compare")
    descriptor = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, dir_fd=handle)
    with open(descriptor, "rb") as stream:
        return hashlib.sha256(stream.read(size)).hexdigest()
