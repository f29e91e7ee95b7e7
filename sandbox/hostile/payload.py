"""A case's files: those in its folder as they are, and large ones made by its generators."""

from __future__ import annotations

import gzip
import tarfile
from collections.abc import Mapping
from pathlib import Path

from sandbox.hostile.cases import Case, Generate, files


def payload(case: Case, values: Mapping[str, str]) -> dict[str, bytes]:
    """Name → bytes. `@NAME@` becomes a value of this run: the path of a secret, a port, another learner's image."""
    found = {path.relative_to(case.folder).as_posix(): path.read_bytes() for path in files(case.folder)}
    for made in case.generate:
        found[made.file] = generated(made)
    return {name: filled(body, values) for name, body in found.items()}


def generated(made: Generate) -> bytes:
    if made.encoding == "tar.gz":
        return _archive(made.repeat[:1].encode(), made.times)
    if made.encoding == "hex":
        return bytes.fromhex(made.head) + bytes.fromhex(made.repeat) * made.times + bytes.fromhex(made.tail)
    body = made.repeat * made.times
    if "#" in made.repeat:
        body = "".join(made.repeat.replace("#", str(number)) for number in range(made.times))
    return (made.head + body + made.tail).encode(made.encoding)


def _archive(letter: bytes, megabytes: int) -> bytes:
    """Each megabyte is compressed once and repeated: parts of a gzip stream may stand one after another."""
    member = tarfile.TarInfo("bomb")
    member.size = megabytes << 20
    return gzip.compress(member.tobuf()) + gzip.compress(letter * (1 << 20)) * megabytes + gzip.compress(bytes(1024))


def filled(body: bytes, values: Mapping[str, str]) -> bytes:
    for name, value in values.items():
        body = body.replace(f"@{name}@".encode(), value.encode())
    return body


def write(found: Mapping[str, bytes], folder: Path) -> None:
    """The files below `folder`, as they are: a context that no learner can send."""
    for name, body in found.items():
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(body)
