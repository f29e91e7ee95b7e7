"""Reads which packages an image's layers list: dpkg's and apk's databases, distroless records, Python's distributions.

Every layer's own database counts, also one that a layer above removes: what it lists was downloaded with it. As in
`layers`, nothing is followed and all is bounded.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from sandbox.engine.layers import ENTRIES, TooMany, files

DATABASE_BYTES = 8 * 1024 * 1024  # a Debian with two thousand packages has 2 MB
ALL_BYTES = 64 * 1024 * 1024
PACKAGES = 20_000  # over all layers: each step that installs writes the whole list anew
WORD = 128  # characters of a name or version; Debian's longest are below 80
_DPKG = ("/var/lib/dpkg/status", "/usr/lib/dpkg/status")
_RECORDS = re.compile(r"/var/lib/dpkg/status\.d/[^/]+(?<!\.md5sums)")
_APK = ("/lib/apk/db/installed", "/usr/lib/apk/db/installed")
_DIST = re.compile(
    r"/(?P<name>[A-Za-z0-9._]+)-(?P<version>[A-Za-z0-9.!+_]+)\.(?:dist-info/METADATA|egg-info/PKG-INFO)$"
)
_FILE = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_FIELD = re.compile(rb"^(Package|Version|Source|Status): *(.*)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Listed:
    """A package as one layer lists it. `visible`: that list is the one that the merged file system shows."""

    layer: int  # index into the directories, lowest first
    kind: str  # "deb", "apk" or "python"
    name: str
    version: str
    source: str  # Debian's source package; its name where that is the same
    path: str  # of the list
    visible: bool


def read(directories: Sequence[Path]) -> list[Listed]:
    """What every layer lists, lowest first. TooMany: more than any image that a slot keeps."""
    left, found = ALL_BYTES, list[Listed]()
    for index, path, status, handle, above in files(directories, [ENTRIES, 0]):
        if not stat.S_ISREG(status.st_mode):
            continue
        kind = _kind(path)
        if kind is None:
            continue
        if status.st_size > DATABASE_BYTES or (left := left - status.st_size) < 0:
            raise TooMany(f"more than {DATABASE_BYTES} bytes in a list of packages")
        visible = not above.hides(path)
        for name, version, source in _packages(kind, path, handle):
            found.append(Listed(index, kind, name, version, source, path, visible))
        if len(found) > PACKAGES:
            raise TooMany(f"more than {PACKAGES} packages")
    return sorted(found, key=lambda entry: (entry.layer, entry.path, entry.name))


def _kind(path: str) -> str | None:
    if path in _DPKG or _RECORDS.fullmatch(path):
        return "deb"
    if path in _APK:
        return "apk"
    return "python" if _DIST.search(path) else None


def _packages(kind: str, path: str, handle: int) -> Iterator[tuple[str, str, str]]:
    """(name, version, source) of one list; a distribution's are in its path."""
    if kind == "python":
        match = _DIST.search(path)
        if match is not None:
            yield _short(match["name"]), _short(match["version"]), _short(match["name"])
        return
    with open(os.open(path.rsplit("/", 1)[1], _FILE, dir_fd=handle), "rb") as stream:
        text = stream.read(DATABASE_BYTES)
    for block in text.split(b"\n\n"):
        yield from _apk(block) if kind == "apk" else _dpkg(block)


def _dpkg(block: bytes) -> Iterator[tuple[str, str, str]]:
    fields = {key: value.strip() for key, value in _FIELD.findall(block)}
    if b"Package" not in fields or not fields.get(b"Status", b"ok installed").endswith(b"ok installed"):
        return
    name, version = fields[b"Package"], fields.get(b"Version", b"")
    source, _, other = fields.get(b"Source", name).partition(b" (")
    yield _short(name), _short(other.rstrip(b")") or version), _short(source)


def _apk(block: bytes) -> Iterator[tuple[str, str, str]]:
    fields = dict(line.split(b":", 1) for line in block.splitlines() if line[1:2] == b":")
    if b"P" in fields:
        name = _short(fields[b"P"])
        yield name, _short(fields.get(b"V", b"")), _short(fields.get(b"o", fields[b"P"]))


def _short(text: bytes | str) -> str:
    return (text.decode(errors="replace") if isinstance(text, bytes) else text)[:WORD]
