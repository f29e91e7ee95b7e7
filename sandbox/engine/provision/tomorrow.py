"""Wheels of tomorrow: the newest version of each Python package once more, with a higher number and nothing else new.

Only the number differs, so whatever works today works tomorrow too, and a version that was not pinned shows.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterable
from pathlib import Path

# What installs the others stays: to pin it is not what anybody is asked for.
LEFT_OUT = frozenset({"pip", "pip-tools", "setuptools", "uv", "wheel"})
_FINAL = re.compile(r"\d+(\.\d+)*(\.post\d+)?")


def newest(wheels: Iterable[Path]) -> list[Path]:
    """The newest final version of each package that has a tomorrow."""
    best: dict[str, Path] = {}
    for wheel in wheels:
        name, version = _split(wheel)
        name = re.sub(r"[-_.]+", "-", name).lower()
        if name in LEFT_OUT or not _FINAL.fullmatch(version):
            continue
        if name not in best or _key(version) > _key(_split(best[name])[1]):
            best[name] = wheel
    return [best[name] for name in sorted(best)]


def raised(wheel: Path, target: Path) -> Path:
    """The same wheel in the directory `target`, its last number one higher, in its name, paths, metadata and record."""
    name, version = _split(wheel)
    higher = raise_version(version)
    new = target / wheel.name.replace(f"{name}-{version}-", f"{name}-{higher}-", 1)
    with zipfile.ZipFile(wheel) as old, zipfile.ZipFile(new, "w", zipfile.ZIP_DEFLATED) as archive:
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
    """2.3.1 → 2.3.2; the last number, whatever it stands for."""
    return re.sub(r"\d+$", lambda number: str(int(number[0]) + 1), version)


def _split(wheel: Path) -> tuple[str, str]:
    name, version = wheel.name.split("-")[:2]
    return name, version


def _key(version: str) -> tuple[int, ...]:
    return tuple(int(number) for number in re.findall(r"\d+", version))
