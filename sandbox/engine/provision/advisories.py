"""What is known to be vulnerable here, and by which files: Debian's from its changelogs, Python's from a checked list.

A changelog entry of a stable update that names CVEs says which version closes them; every earlier one has them.
"""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
import tempfile
import tomllib
import zipfile
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from sandbox.engine.paths import PROJECT, Layout
from sandbox.engine.provision import contents
from sandbox.engine.provision.contents import Signature
from sandbox.engine.provision.older import CVE, ENTRY, UPDATE, changelog
from sandbox.engine.provision.parts import PartFailed

FILE = PROJECT / "labs" / "advisories.toml"
_PER_PACKAGE = 4  # files; each is some seventy bytes of a question to the supervisor
_SMALLEST = 200  # bytes of a Python file that says which version it is of

Debs = dict[str, list[Path]]


def make(layout: Layout) -> None:
    """`var/packages/advisories.json`, made while images are still assembled."""
    file(layout).write_text(json.dumps(known(layout)))


def file(layout: Layout) -> Path:
    return layout.packages / "advisories.json"


def made(layout: Layout) -> dict[str, Any]:
    """What `make` wrote; made here where nobody has yet, as for an installation with few images."""
    if not file(layout).exists():
        make(layout)
    found: dict[str, Any] = json.loads(file(layout).read_text())
    return found


def known(layout: Layout) -> dict[str, Any]:
    """As `stock.json` holds it; `sandbox.advisories.Advisories` reads it."""
    debs = _by_name(layout)
    return {
        "deb": [{"source": source, "fixed": version, "cves": list(cves)} for source, version, cves in _debian(layout)],
        "deb_files": dict(_older(debs)),
        "pip": _python(FILE),
        "pip_files": _vulnerable_files(layout, _python(FILE)),
    }


def _python(file: Path) -> list[dict[str, str]]:
    """PartFailed: the file is not a list of advisories."""
    try:
        entries = tomllib.loads(file.read_text("utf-8"))["python"]
        return [
            {"name": e["name"], "introduced": e.get("introduced", ""), "fixed": e["fixed"], "cve": e["cve"]}
            for e in entries
        ]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise PartFailed(f"{file} cannot be read: {error!r}") from error


def _debian(layout: Layout) -> Iterator[tuple[str, str, Sequence[str]]]:
    """(source, version that closes them, CVEs), each source once, from the newest changelog of its packages."""
    newest: dict[str, Path] = {}
    for file in sorted((layout.packages / "debian").glob("*.deb"), key=lambda path: path.stat().st_size):
        source, version = _source(file)
        if UPDATE.search(version) and (source not in newest or _newer(version, _source(newest[source])[1])):
            newest[source] = file
    for source, file in sorted(newest.items()):
        for match in ENTRY.finditer(changelog(file)):
            cves = sorted(set(CVE.findall(match["text"])))
            if cves and match["source"] == source and UPDATE.search(match["version"]):
                yield source, match["version"], cves


def _source(file: Path) -> tuple[str, str]:
    words = ["dpkg-deb", "--show", "--showformat=${source:Package} ${source:Version}", str(file)]
    done = subprocess.run(words, capture_output=True, text=True, check=True)
    source, _, version = done.stdout.partition(" ")
    return source, version


def _newer(version: str, other: str) -> bool:
    return subprocess.run(["dpkg", "--compare-versions", version, "gt", other], check=False).returncode == 0


def _by_name(layout: Layout) -> Debs:
    found: Debs = defaultdict(list)
    for file in (layout.packages / "debian").glob("*.deb"):
        found[file.name.split("_")[0]].append(file)
    return found


def _older(debs: Debs) -> Iterator[tuple[str, dict[str, Any]]]:
    """Of every package that is here in two versions, what the older one brings and the newer one does not."""
    for name, files in sorted(debs.items()):
        if len(files) < 2:
            continue
        sources = {file: _source(file) for file in files}
        old = next(f for f in files if not any(_newer(sources[f][1], sources[o][1]) for o in files))
        with tempfile.TemporaryDirectory() as work:
            taken = {file: _taken(file, Path(work) / str(number)) for number, file in enumerate(files)}
        others = {signature for file in files if file is not old for signature in taken[file]}
        own = sorted(set(taken[old]) - others, reverse=True)[:_PER_PACKAGE]
        yield name, {"source": sources[old][0], "version": sources[old][1], "files": own}


def _taken(file: Path, target: Path) -> list[Signature]:
    subprocess.run(["dpkg-deb", "-x", file, target], check=True)
    found = [path for path in target.rglob("*") if path.is_file() and not path.is_symlink()]
    return [
        contents.of(path) for path in found if "/usr/share/doc/" not in str(path) and path.stat().st_size > _SMALLEST
    ]


def _vulnerable_files(layout: Layout, advisories: Sequence[Mapping[str, str]]) -> dict[str, dict[str, list[Signature]]]:
    """{package: {version: files that no other version here has}}, of every version that an advisory speaks of."""
    wheels: dict[str, dict[str, Path]] = defaultdict(dict)
    for file in (layout.packages / "wheels").glob("*.whl"):
        name, version = file.name.split("-")[:2]
        wheels[re.sub(r"[-_.]+", "-", name).lower()][version] = file
    carried = _of_pip(layout, wheels["pip"].values())
    result: dict[str, dict[str, list[Signature]]] = {}
    for package in sorted({advisory["name"] for advisory in advisories} & wheels.keys()):
        inside = {version: _inside(file) for version, file in wheels[package].items()}
        result[package] = {}
        for version, own in sorted(inside.items()):
            others = {signature for other, found in inside.items() if other != version for signature in found}
            result[package][version] = sorted(set(own) - others - carried, reverse=True)[:_PER_PACKAGE]
    return result


def _of_pip(layout: Layout, wheels: Iterable[Path]) -> set[Signature]:
    """pip carries copies of some of these packages, which are its own to patch and nobody else's."""
    found = {signature for wheel in wheels for signature in _inside(wheel)}
    for file in (layout.packages / "debian").glob("python3-pip_*.deb"):
        with tempfile.TemporaryDirectory() as work:
            found |= set(_taken(file, Path(work)))
    return found


def _inside(wheel: Path) -> list[Signature]:
    """Of a wheel's modules; its own records name every file and are removed by who hides it."""
    found = []
    with zipfile.ZipFile(wheel) as archive:
        for entry in archive.infolist():
            if entry.filename.endswith(".py") and entry.file_size >= _SMALLEST:
                found.append((entry.file_size, hashlib.sha256(archive.read(entry)).hexdigest()))
    return found
