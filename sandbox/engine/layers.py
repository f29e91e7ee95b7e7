"""Looks at an image's layers from outside, on disk: which files it holds, which give power, which are ours.

Power: set-user-ID and set-group-ID bits, and capabilities that a file gives to every user who runs it.

Runs as root over directories that a learner's build filled, so nothing is ever followed: entries are read by
directory handle, links are not resolved, only regular files are opened, and both entries and bytes are bounded.
The directories do not change any more: a layer is closed when its step has ended.
"""

from __future__ import annotations

import hashlib
import os
import stat
import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

ENTRIES = 400_000  # a full Python image holds 20,000 files
DEPTH = 200  # directories inside each other: each keeps a handle open while what is below it is read
FOUND = 2_000  # entries of an answer; Debian's own images hold ten set-user-ID files
HASHED_BYTES = 256 * 1024 * 1024
PATH_CHARACTERS = 4096  # no program can name a longer one
_OPAQUE = "trusted.overlay.opaque"
_CAPABILITY = "security.capability"
_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC


class TooMany(Exception):
    """The image holds more than the bounds above."""


@dataclass(frozen=True, slots=True)
class Query:
    """What to report besides files that give power: paths that end with one of `names`, files equal to a known one."""

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
    sha256: str  # of files that give power and of files with a known size, else ""
    visible: bool  # not covered or removed by a layer above
    capabilities: int = 0  # bit mask: permitted and inheritable ones of the file
    mtime: int = 0  # nanoseconds; a layer that only changes a file's owner or mode keeps it


@dataclass(slots=True)
class Weight:
    """What one layer carries. Hidden: of that, what layers above cover or remove, and everybody still downloads."""

    files: int = 0
    bytes: int = 0
    hidden_files: int = 0
    hidden_bytes: int = 0


@dataclass(slots=True)
class Above:
    """What the layers above one do to it."""

    folders: set[str] = field(default_factory=set)  # their directories: they cover a file of the same path
    gone: set[str] = field(default_factory=set)  # what they removed or replaced: it and all below it is hidden

    def hides(self, path: str) -> bool:
        return path in self.folders or _below(path, self.gone)


def look(directories: Sequence[Path], query: Query, shift: int) -> list[Found]:
    """Everything the query asks for, over all layers. `shift` is subtracted from owners (user namespace)."""
    budget = [ENTRIES, HASHED_BYTES]
    result: list[Found] = []
    for index, path, status, handle, above in files(directories, budget):
        found = _match(index, path, status, handle, query, budget)
        if found is not None:
            result.append(_placed(found, shift, visible=not above.hides(path)))
        if len(result) > FOUND:
            raise TooMany(f"more than {FOUND} files of the kind that is looked for")
    return sorted(result, key=lambda entry: (entry.layer, entry.path))


def weigh(directories: Sequence[Path]) -> list[Weight]:
    """Each layer's files and bytes, lowest first; a file with several names in a layer counts once."""
    result = [Weight() for _ in directories]
    linked: set[tuple[int, int]] = set()
    for index, path, status, _, above in files(directories, [ENTRIES, 0]):
        if status.st_nlink > 1 and (index, status.st_ino) in linked:
            continue
        linked.add((index, status.st_ino))
        weight, size = result[index], status.st_size if stat.S_ISREG(status.st_mode) else 0
        weight.files += 1
        weight.bytes += size
        if above.hides(path):
            weight.hidden_files += 1
            weight.hidden_bytes += size
    return result


def below(directories: Sequence[Path], paths: Sequence[str], most: int) -> list[Found]:
    """Visible regular files below each of `paths`, at most `most` of each; owners as on disk."""
    result: list[Found] = []
    counts = dict.fromkeys(paths, 0)
    for index, path, status, _, above in files(directories, [ENTRIES, 0]):
        under = [one for one in paths if path.startswith(one.rstrip("/") + "/")]
        if not under or not stat.S_ISREG(status.st_mode) or above.hides(path):
            continue
        if all(counts[one] >= most for one in under):
            continue
        for one in under:
            counts[one] += 1
        owner = (stat.S_IMODE(status.st_mode), status.st_uid, status.st_gid, status.st_size)
        result.append(Found(index, path, *owner, "", visible=True))
    return result


def files(
    directories: Sequence[Path], budget: list[int], *, folders: bool = False
) -> Iterator[tuple[int, str, os.stat_result, int, Above]]:
    """(layer, path, status, handle of its directory, what is above) of all that is no directory, top layer first.

    `folders`: of directories as well.
    """
    above = Above()
    for index in range(len(directories) - 1, -1, -1):
        own = Above()
        for path, status, handle in _layer(directories[index], own.gone, budget):
            if stat.S_ISDIR(status.st_mode):
                own.folders.add(path)
                if folders:
                    yield index, path, status, handle, above
                continue
            yield index, path, status, handle, above
            own.gone.add(path)
        above.folders |= own.folders
        above.gone |= own.gone


def _below(path: str, gone: set[str]) -> bool:
    parts = path.split("/")
    return any("/".join(parts[:n]) in gone for n in range(2, len(parts) + 1))


def _layer(top: Path, removed: set[str], budget: list[int]) -> Iterator[tuple[str, os.stat_result, int]]:
    """(path, status, handle of its directory) of every entry; whiteouts and opaque directories go to `removed`."""
    handle = os.open(top, _FOLDER)
    try:
        # What it removes hides layers below only, so `removed` and its own entries may name the same path.
        yield from _walk(handle, "", removed, budget, DEPTH)
    finally:
        os.close(handle)


def _walk(
    handle: int, prefix: str, removed: set[str], budget: list[int], depth: int
) -> Iterator[tuple[str, os.stat_result, int]]:
    if depth == 0:
        raise TooMany(f"directories more than {DEPTH} deep")
    inside: list[str] = []
    with os.scandir(handle) as entries:
        for entry in entries:
            budget[0] -= 1
            if budget[0] < 0:
                raise TooMany(f"more than {ENTRIES} files")
            status, path = entry.stat(follow_symlinks=False), f"{prefix}/{entry.name}"
            if len(path) > PATH_CHARACTERS:
                raise TooMany(f"a path of more than {PATH_CHARACTERS} characters")
            if stat.S_ISCHR(status.st_mode) and status.st_rdev == 0:
                removed.add(path)
                continue
            yield path, status, handle
            if stat.S_ISDIR(status.st_mode):
                inside.append(entry.name)
    for name in inside:
        below = os.open(name, _FOLDER, dir_fd=handle)
        try:
            if _opaque(below):
                removed.add(f"{prefix}/{name}")
            yield from _walk(below, f"{prefix}/{name}", removed, budget, depth - 1)
        finally:
            os.close(below)


def _opaque(handle: int) -> bool:
    try:
        return os.getxattr(handle, _OPAQUE) == b"y"
    except OSError:
        return False


def _match(layer: int, path: str, status: os.stat_result, handle: int, query: Query, budget: list[int]) -> Found | None:
    regular = stat.S_ISREG(status.st_mode)
    own = path.rsplit("/", 1)[1]
    capabilities = _capabilities(own, handle) if regular and status.st_mode & 0o111 else 0
    power = bool(capabilities) or (regular and bool(status.st_mode & (stat.S_ISUID | stat.S_ISGID)))
    known = regular and status.st_size in query.contents
    named = path.endswith(query.names) if query.names else False
    digest = _hash(own, handle, status.st_size, budget) if power or known else ""
    if not (power or named or (known and digest in query.contents[status.st_size])):
        return None
    owner = (stat.S_IMODE(status.st_mode), status.st_uid, status.st_gid, status.st_size)
    return Found(layer, path, *owner, digest, visible=True, capabilities=capabilities, mtime=status.st_mtime_ns)


def _capabilities(name: str, handle: int) -> int:
    """What the file gives, from `struct vfs_cap_data` of linux/capability.h: revision, then pairs of 32 bits."""
    try:
        data = os.getxattr(f"/proc/self/fd/{handle}/{name}", _CAPABILITY, follow_symlinks=False)
    except OSError:
        return 0
    # The revision, then permitted and inheritable bits; from revision 2 on, the same again for the higher half.
    _, permitted, inheritable, *higher = (int(word) for word in struct.unpack("<5I", data[:20].ljust(20, b"\0")))
    return permitted | inheritable | (higher[0] | higher[1]) << 32


def _placed(found: Found, shift: int, *, visible: bool) -> Found:
    ids = (max(found.uid - shift, 0), max(found.gid - shift, 0))
    return replace(found, uid=ids[0], gid=ids[1], visible=visible)


def _hash(name: str, handle: int, size: int, budget: list[int]) -> str:
    budget[1] -= size
    if budget[1] < 0:
        raise TooMany(f"more than {HASHED_BYTES} bytes to compare")
    descriptor = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, dir_fd=handle)
    with open(descriptor, "rb") as stream:
        return hashlib.sha256(stream.read(size)).hexdigest()
