"""What is packed in a stream of bytes, unpacked piece by piece: gzip, bzip2, xz, and each member of a zip archive.

Runs as root over a learner's bytes, so nothing is trusted: no directory of an archive is read, memory is bounded, and
what turns out not to be packed yields nothing. A tar archive needs no unpacking: its files are in it as they are.
"""

from __future__ import annotations

import bz2
import io
import lzma
import struct
import zlib
from collections.abc import Callable, Iterator
from typing import Protocol

PIECE = 256 * 1024
MEMORY = 80 * 1024 * 1024  # for one xz stream; `xz -9` asks for 65 MiB
MEMBERS = 2_000  # of one zip archive
ZIP = b"PK\x03\x04"
SEARCHED = 64 * 1024 * 1024  # bytes of a file in which members of a zip archive are looked for
_MAGIC = (b"\x1f\x8b", b"BZh", b"\xfd7zXZ", b"\x5d\x00\x00", ZIP, b"#!")  # "#!": what `python -m zipapp` begins with


class Readable(Protocol):
    def read(self, size: int = ..., /) -> bytes | None: ...


class Seekable(Readable, Protocol):
    def seek(self, offset: int, whence: int = ..., /) -> int: ...


class Unpacker(Protocol):
    def decompress(self, data: bytes, max_length: int = ..., /) -> bytes: ...


class Kept:
    """A stream whose first `most` bytes can be read once more."""

    def __init__(self, stream: Readable, most: int) -> None:
        self._stream, self._most, self._kept = stream, most, bytearray()

    def read(self, size: int = -1, /) -> bytes | None:
        piece = self._stream.read(size)
        if piece and len(self._kept) < self._most:
            self._kept += piece[: self._most - len(self._kept)]
        return piece

    @property
    def head(self) -> bytes:
        return bytes(self._kept[:8])

    @property
    def size(self) -> int:
        return len(self._kept)

    def again(self) -> io.BytesIO:
        return io.BytesIO(bytes(self._kept))


class Unpacked:
    """A stream that gives what `unpack` makes of another one, from its place on; it ends at the first fault."""

    def __init__(self, stream: Seekable, start: int, unpacker: Callable[[], Unpacker]) -> None:
        self._stream, self._at, self._new = stream, start, unpacker
        self._unpacker, self._rest, self._over = unpacker(), b"", False

    def read(self, size: int = PIECE, /) -> bytes:
        made = b""
        while not made and not self._over:
            made = self._more(size)
        return made

    def _more(self, size: int) -> bytes:
        if not self._rest and getattr(self._unpacker, "needs_input", True):
            self._stream.seek(self._at)
            self._rest = self._stream.read(PIECE) or b""
            self._at += len(self._rest)
            self._over = not self._rest
        try:
            made = self._unpacker.decompress(self._rest, size)
        except (OSError, EOFError, ValueError, zlib.error, lzma.LZMAError):  # not what its first bytes say, or cut off
            self._over = True
            return b""
        self._rest = getattr(self._unpacker, "unconsumed_tail", b"")
        if getattr(self._unpacker, "eof", False):  # several may follow each other in one file
            self._rest = getattr(self._unpacker, "unused_data", b"")
            self._unpacker = self._new()
        return made


def worth_a_look(head: bytes) -> bool:
    """Do these first bytes begin something packed?"""
    return head.startswith(_MAGIC)


def streams(stream: Seekable) -> Iterator[Readable]:
    """Everything that is packed in it, to be read one after another."""
    stream.seek(0)
    head = stream.read(8) or b""
    if head.startswith(b"\x1f\x8b"):
        yield Unpacked(stream, 0, lambda: zlib.decompressobj(31))
    elif head.startswith(b"BZh"):
        yield Unpacked(stream, 0, bz2.BZ2Decompressor)
    elif head.startswith((b"\xfd7zXZ", b"\x5d\x00\x00")):
        yield Unpacked(stream, 0, lambda: lzma.LZMADecompressor(memlimit=MEMORY))
    if head.startswith((ZIP, b"#!", b"MZ", b"\x7fELF")):
        yield from _members(stream)


def _members(stream: Seekable) -> Iterator[Readable]:
    """Each packed member of a zip archive, found by its own header: the archive may begin anywhere."""
    for place in _headers(stream):
        stream.seek(place)
        header = (stream.read(30) or b"").ljust(30, b"\0")
        method, name, extra = struct.unpack("<8xH16xHH", header)
        start = place + 30 + name + extra
        if method == 8:
            yield Unpacked(stream, start, lambda: zlib.decompressobj(-15))
        elif method == 12:
            yield Unpacked(stream, start, bz2.BZ2Decompressor)


def _headers(stream: Seekable) -> Iterator[int]:
    at, rest, found = 0, b"", 0
    while at < SEARCHED and found < MEMBERS:
        stream.seek(at)
        piece = stream.read(PIECE)
        if not piece:
            return
        text, base = rest + piece, at - len(rest)
        place = text.find(ZIP)
        while place >= 0 and found < MEMBERS:
            yield base + place
            found += 1
            place = text.find(ZIP, place + 1)
        at += len(piece)
        rest = text[-3:]
