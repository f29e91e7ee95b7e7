"""Files by which a Debian package is known even where no list names it, by size and SHA-256.

A learner can remove dpkg's database or edit it; what the package brought is still there, or it is gone for good.
"""

from __future__ import annotations

import hashlib
import re
import stat
from collections.abc import Iterator, Sequence
from pathlib import Path

SMALLEST = 2_000  # bytes; what is smaller may well be the same in two packages
HANDY = 100_000  # bytes: every image is compared with one file of each package, which must not take seconds
_PAPERS = re.compile(r"/?usr/share/(doc|man|locale|lintian|info|bash-completion)/")
_INFO = "var/lib/dpkg/info"
_RECORDS = "var/lib/dpkg/status.d"
Signature = tuple[int, str]


def signatures(layers: Sequence[Path]) -> dict[str, Signature]:
    """By package, for every one that the image in `layers` (lowest first) lists."""
    found: dict[str, Signature] = {}
    for name, paths in _lists(layers):
        programs = (path for path in paths if not _PAPERS.match(path))
        files = [file for path in programs if (file := _file(layers, path)) is not None]
        sizes = {file: size for file in files if (size := file.stat().st_size) >= SMALLEST}
        # The largest handy one, else the smallest of all.
        best = min(sizes, key=lambda file: (sizes[file] > HANDY, abs(sizes[file] - HANDY), str(file)), default=None)
        if best is not None:
            found[name] = of(best)
    return found


def of(file: Path) -> Signature:
    with file.open("rb") as stream:
        return file.stat().st_size, hashlib.file_digest(stream, "sha256").hexdigest()


def _lists(layers: Sequence[Path]) -> Iterator[tuple[str, list[str]]]:
    """(package, paths without the first slash), the topmost layer's list first; a later one of a name is older."""
    seen: set[str] = set()
    for layer in reversed(layers):
        for file in [*(layer / _INFO).glob("*.list"), *(layer / _RECORDS).glob("*.md5sums")]:
            name = file.stem.partition(":")[0]
            if name in seen or not file.is_file():
                continue
            seen.add(name)
            lines = file.read_text(errors="replace").splitlines()
            if file.suffix == ".md5sums":
                lines = [re.split(r"\s+", line, maxsplit=1)[1] for line in lines if " " in line]
            yield name, [line.lstrip("/") for line in lines]


def _file(layers: Sequence[Path], path: str) -> Path | None:
    """The regular file of the topmost layer that has it; Debian's lists still name some outside of /usr."""
    for place in (path, f"usr/{path}"):
        for layer in reversed(layers):
            file = layer / place
            try:
                if stat.S_ISREG(file.lstat().st_mode):
                    return file
            except OSError:
                continue
    return None
