"""Searches every file of an image's layers for a text, on disk, also in files that later layers remove."""

from __future__ import annotations

import os
import stat
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sandbox.engine.layers import ENTRIES, TooMany, files

READ_BYTES = 2 * 1024 * 1024 * 1024  # of one image; more than any that a slot keeps
PIECE = 1024 * 1024
FOUND = 100  # places of an answer
_FILE = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


@dataclass(frozen=True, slots=True)
class Place:
    layer: int  # index into the directories, lowest first
    path: str
    visible: bool  # not covered or removed by a layer above


def search(directories: Sequence[Path], needle: bytes) -> list[Place]:
    """Where the needle stands, the first FOUND places. TooMany: there is more to read than READ_BYTES."""
    left, places = READ_BYTES, list[Place]()
    for index, path, status, handle, above in files(directories, [ENTRIES, 0]):
        if not stat.S_ISREG(status.st_mode):
            continue
        left -= status.st_size
        if left < 0:
            raise TooMany(f"more than {READ_BYTES} bytes to read")
        if _holds(path.rsplit("/", 1)[1], handle, needle, status.st_size):
            places.append(Place(index, path, not above.hides(path)))
        if len(places) == FOUND:
            break
    return sorted(places, key=lambda place: (place.layer, place.path))


def _holds(name: str, handle: int, needle: bytes, size: int) -> bool:
    descriptor = os.open(name, _FILE, dir_fd=handle)
    with open(descriptor, "rb", buffering=0) as stream:
        rest, read = b"", 0
        while read <= size and (piece := stream.read(PIECE)):
            read += len(piece)
            if needle in rest + piece:
                return True
            rest = (rest + piece)[-len(needle) :]
    return False
