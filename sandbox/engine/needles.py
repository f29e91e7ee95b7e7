"""Searches every file of an image's layers for a text, on disk, also in files that later layers remove.

A text is found as it is, in hexadecimal and in base64, and all of that in files that gzip has packed as well.
"""

from __future__ import annotations

import base64
import gzip
import os
import stat
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from sandbox.engine.layers import ENTRIES, TooMany, files

READ_BYTES = 2 * 1024 * 1024 * 1024  # of one image; more than any that a slot keeps
UNPACKED_BYTES = 256 * 1024 * 1024  # of one image; a second of work. What is packed beyond is not looked into
PIECE = 1024 * 1024
FOUND = 100  # places of an answer
_FILE = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


@dataclass(frozen=True, slots=True)
class Place:
    layer: int  # index into the directories, lowest first
    path: str
    visible: bool  # not covered or removed by a layer above


class Readable(Protocol):
    def read(self, size: int, /) -> bytes | None: ...


def search(directories: Sequence[Path], needle: bytes) -> list[Place]:
    """Where the needle stands, the first FOUND places. TooMany: there is more to read than READ_BYTES."""
    left, places, shapes, room = READ_BYTES, list[Place](), spellings(needle), [UNPACKED_BYTES]
    for index, path, status, handle, above in files(directories, [ENTRIES, 0]):
        if not stat.S_ISREG(status.st_mode):
            continue
        left -= status.st_size
        if left < 0:
            raise TooMany(f"more than {READ_BYTES} bytes to read")
        if _holds(path.rsplit("/", 1)[1], handle, shapes, status.st_size, room):
            places.append(Place(index, path, not above.hides(path)))
        if len(places) == FOUND:
            break
    return sorted(places, key=lambda place: (place.layer, place.path))


def spellings(needle: bytes) -> tuple[bytes, ...]:
    """The needle and its encodings. Base64 has three: what stands before a text decides where it is cut."""
    shapes = [needle, needle.hex().encode(), needle.hex().upper().encode()]
    for before, first in enumerate((0, 2, 3)):  # characters that hold bits of what stands before
        text = base64.b64encode(bytes(before) + needle)
        shapes.append(text[first : (before + len(needle)) * 8 // 6])
    return tuple(shapes)


def _holds(name: str, handle: int, shapes: Sequence[bytes], size: int, room: list[int]) -> bool:
    """`room`: bytes that may still be unpacked."""
    descriptor = os.open(name, _FILE, dir_fd=handle)
    with open(descriptor, "rb", buffering=0) as stream:
        packed = stream.read(2) == b"\x1f\x8b"
        stream.seek(0)
        if _is_in(stream, shapes, [size]):
            return True
        stream.seek(0)
        try:
            return packed and _is_in(gzip.GzipFile(fileobj=stream), shapes, room)
        except (OSError, EOFError, zlib.error):  # it is not what its first bytes say, or cut off
            return False


def _is_in(stream: Readable, shapes: Sequence[bytes], room: list[int]) -> bool:
    """Reads at most a piece more than there is `room` for, and takes what it reads from it."""
    rest, overlap = b"", 2 * max(map(len, shapes))  # an encoded text may have line ends within
    while room[0] >= 0 and (piece := stream.read(PIECE)):
        room[0] -= len(piece)
        text = rest + piece
        plain = text.replace(b"\n", b"") if b"\n" in text else text
        if any(shape in text or shape in plain for shape in shapes):
            return True
        rest = text[-overlap:]
    return False
