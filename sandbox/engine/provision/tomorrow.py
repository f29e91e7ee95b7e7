"""Wheels of tomorrow: every version of each Python package once more, with a number just above it and nothing else new.

Only the number differs, so whatever works today works tomorrow too, and a version that was not pinned shows. Each
version gets a successor before the next one (2.2.4 → 2.2.4.1), so a range shows too, whichever series it names:
`~=2.2.0`, `==2.*` and `<2.2.5` all find a version that was not there today.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterable
from pathlib import Path

_FINAL = re.compile(r"\d+(\.\d+)*(\.post\d+)?")


def final(wheels: Iterable[Path]) -> list[Path]:
    """The wheels of final versions, which have a tomorrow."""
    return sorted(wheel for wheel in wheels if _FINAL.fullmatch(_split(wheel)[1]))


def raised(wheel: Path, target: Path) -> Path:
    """The same wheel in the directory `target`, as the next version, in its name, paths, metadata and record."""
    name, version = _split(wheel)
    higher = raise_version(version)
    new = target / wheel.name.replace(f"{name}-{version}-", f"{name}-{higher}-", 1)
    with zipfile.ZipFile(wheel) as old, zipfile.ZipFile(new, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for entry in old.infolist():
            body, path = old.read(entry), entry.filename
            top, slash, rest = path.partition("/")
            if slash and top.endswith((".dist-info", ".data")):
                path = f"{top.replace(f'-{version}.', f'-{higher}.')}/{rest}"
            if top.endswith(".dist-info") and rest == "METADATA":
                body = re.sub(rb"(?m)^Version: .*$", f"Version: {higher}".encode(), body, count=1)
            if top.endswith(".dist-info") and rest == "RECORD":
                body = _record(body.decode(), f"-{version}.", f"-{higher}.").encode()
            copied = zipfile.ZipInfo(path, entry.date_time)
            copied.external_attr, copied.compress_type = entry.external_attr, zipfile.ZIP_DEFLATED
            archive.writestr(copied, body)
    return new


def _record(text: str, old: str, new: str) -> str:
    """Without a digest where the content changed, which installers allow."""
    lines = []
    for line in text.splitlines():
        path, *rest = line.rsplit(",", 2)
        changed = path.replace(old, new, 1) if ".dist-info/" in path or ".data/" in path else path
        lines.append(
            f"{changed},," if changed.endswith((".dist-info/METADATA", "RECORD")) else ",".join([changed, *rest])
        )
    return "\n".join(lines) + "\n"


def raise_version(version: str) -> str:
    """2.3.1 → 2.3.1.1 and 2.3.1.post1 → 2.3.1.post2: above this version, and below every other of the same length."""
    if "post" in version:
        return re.sub(r"\d+$", lambda number: str(int(number[0]) + 1), version)
    return f"{version}.1"


def _split(wheel: Path) -> tuple[str, str]:
    name, version = wheel.name.split("-")[:2]
    return name, version
