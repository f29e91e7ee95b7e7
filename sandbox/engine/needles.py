"""Searches an image for a text, on disk: every file of its layers, also removed ones, their names, its configuration.

A text is found in the clothes that people give it: as it is, in UTF-16, hexadecimal or base64, and all of that in what
is packed (see `sandbox.engine.packed`), archives in archives included.
"""

from __future__ import annotations

import base64
import io
import os
import re
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sandbox.engine import packed
from sandbox.engine.layers import ENTRIES, TooMany, files

READ_BYTES = 2 * 1024 * 1024 * 1024  # of one image; more than any that a slot keeps
UNPACKED_BYTES = 256 * 1024 * 1024  # of one image; a second of work. What is packed beyond is not looked into
NESTED_BYTES = 16 * 1024 * 1024  # of one unpacked stream, kept to look for what is packed in it
DEPTH = 3  # an archive in an archive in an archive
PIECE = 1024 * 1024
FOUND = 100  # places of an answer
TEXT_BYTES = 1024 * 1024  # of a file in which base64 is decoded, to look for what was packed before
_BASE64 = re.compile(rb"[A-Za-z0-9+/_-]{32,}={0,2}")
_FILE = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


@dataclass(frozen=True, slots=True)
class Place:
    layer: int  # index into the directories, lowest first
    path: str
    visible: bool  # not covered or removed by a layer above


def search(directories: Sequence[Path], needle: bytes) -> list[Place]:
    """Where the needle stands, the first FOUND places. TooMany: there is more to read than READ_BYTES."""
    left, places, shapes, room = READ_BYTES, list[Place](), spellings(needle), [UNPACKED_BYTES]
    for index, path, status, handle, above in files(directories, [ENTRIES, 0], folders=True):
        own = path.rsplit("/", 1)[1]
        regular = stat.S_ISREG(status.st_mode)
        left -= status.st_size if regular else 0
        if left < 0:
            raise TooMany(f"more than {READ_BYTES} bytes to read")
        named = _in_text(os.fsencode(own), shapes) or (stat.S_ISLNK(status.st_mode) and _links(own, handle, shapes))
        if named or (regular and _holds(own, handle, shapes, status.st_size, room)):
            places.append(Place(index, path, not above.hides(path)))
        if len(places) == FOUND:
            break
    return sorted(places, key=lambda place: (place.layer, place.path))


def in_configuration(config: Any, needle: bytes) -> bool:
    """Does any name or value of a decoded configuration hold the needle: environment, labels, history, commands?"""
    text = "\n".join(_strings(config)).encode(errors="replace")
    return _found(io.BytesIO(text), spellings(needle), len(text), [UNPACKED_BYTES], DEPTH)


def spellings(needle: bytes) -> tuple[bytes, ...]:
    """The needle and its encodings. Base64 has three: what stands before a text decides where it is cut."""
    wide = [needle.decode(errors="replace").encode(f"utf-16-{order}") for order in ("le", "be")]
    shapes = [needle, needle.hex().encode(), needle.hex().upper().encode(), *wide]
    for before, first in enumerate((0, 2, 3)):  # characters that hold bits of what stands before
        text = base64.b64encode(bytes(before) + needle)
        shapes.append(text[first : (before + len(needle)) * 8 // 6])
    return tuple(dict.fromkeys([*shapes, *(shape.translate(_URL_SAFE) for shape in shapes[-3:])]))


_URL_SAFE = bytes.maketrans(b"+/", b"-_")


def _strings(value: Any) -> Iterator[str]:
    """Every text of a decoded JSON value, keys included; what the engine stores is not deep."""
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, str):
            yield one
        elif isinstance(one, dict):
            waiting += [*one.keys(), *one.values(), *(f"{k}={v}" for k, v in one.items() if isinstance(v, str))]
        elif isinstance(one, list):
            waiting += one


def _links(name: str, handle: int, shapes: Sequence[bytes]) -> bool:
    try:
        return _in_text(os.fsencode(os.readlink(name, dir_fd=handle)), shapes)
    except OSError:
        return False


def _holds(name: str, handle: int, shapes: Sequence[bytes], size: int, room: list[int]) -> bool:
    """`room`: bytes that may still be unpacked."""
    descriptor = os.open(name, _FILE, dir_fd=handle)
    with open(descriptor, "rb") as stream:
        return _found(stream, shapes, size, room, DEPTH)


def _found(stream: packed.Seekable, shapes: Sequence[bytes], size: int, room: list[int], depth: int) -> bool:
    """In the stream itself, or in what is packed in it, `depth` times over."""
    if _is_in(stream, shapes, [size]):
        return True
    if depth == 0 or room[0] < 0:
        return False
    return any(_unpacked(inner, shapes, room, depth - 1) for inner in packed.streams(stream)) or (
        size <= TEXT_BYTES and _decoded(stream, shapes, room, depth - 1)
    )


def _unpacked(inner: packed.Readable, shapes: Sequence[bytes], room: list[int], depth: int) -> bool:
    kept = packed.Kept(inner, NESTED_BYTES)
    if _is_in(kept, shapes, room):
        return True
    return depth > 0 and packed.worth_a_look(kept.head) and _found(kept.again(), shapes, kept.size, room, depth)


def _decoded(stream: packed.Seekable, shapes: Sequence[bytes], room: list[int], depth: int) -> bool:
    """What was packed and then written as base64; plain texts in base64 have been found by their spellings."""
    stream.seek(0)
    text = (stream.read(TEXT_BYTES) or b"").replace(b"\n", b"")
    for match in _BASE64.finditer(text):
        body = match[0].translate(bytes.maketrans(b"-_", b"+/")).rstrip(b"=")
        inner = base64.b64decode(body[: len(body) // 4 * 4])
        room[0] -= len(inner)
        if room[0] < 0:
            return False
        if packed.worth_a_look(inner[:8]) and depth > 0 and _found(io.BytesIO(inner), shapes, len(inner), room, depth):
            return True
    return False


def _in_text(text: bytes, shapes: Sequence[bytes]) -> bool:
    return any(shape in text for shape in shapes)


def _is_in(stream: packed.Readable, shapes: Sequence[bytes], room: list[int]) -> bool:
    """Reads at most a piece more than there is `room` for, and takes what it reads from it."""
    rest, overlap = b"", 2 * max(map(len, shapes))  # an encoded text may have line ends within
    while room[0] >= 0 and (piece := stream.read(PIECE)):
        room[0] -= len(piece)
        text = rest + piece
        plain = text.replace(b"\n", b"") if b"\n" in text else text
        if _in_text(text, shapes) or (plain is not text and _in_text(plain, shapes)):
            return True
        rest = text[-overlap:]
    return False
