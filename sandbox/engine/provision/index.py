"""The package index that a slot serves: a simple index of wheels, and a flat Debian repository."""

from __future__ import annotations

import email.utils
import gzip
import hashlib
import json
import re
import shutil
import subprocess
import tempfile
import zipfile
from collections import defaultdict
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from sandbox.engine.paths import Layout
from sandbox.engine.provision import older, recipes, tomorrow
from sandbox.engine.provision.catalogue import Packages
from sandbox.engine.provision.parts import PartFailed, fresh, replace, run

VERSION = "5"
# Wheels that the catalogue's Python 3.11 images can install.
_PLATFORMS = ("manylinux_2_28_x86_64", "manylinux_2_17_x86_64", "manylinux2014_x86_64", "any")


def make_debian(layout: Layout, packages: Packages) -> None:
    """`var/packages/debian`: the packages with everything they depend on, security updates included."""
    log = layout.var / "log" / "debs.log"
    layout.packages.mkdir(parents=True, exist_ok=True)
    names = sorted({*packages.deb, *recipes.packages()})
    with tempfile.TemporaryDirectory(dir=layout.packages, prefix="debs-") as work:
        skip = "--skip=cleanup/apt,cleanup/apt/cache,download/empty,output/mknod"
        target = Path(work) / "root"
        run(["mmdebstrap", "--variant=extract", skip, *_downloads(names, packages), packages.suite, target], log)
        new = fresh(layout.packages / "debian.new")
        for deb in sorted((target / "var/cache/apt/archives").glob("*.deb")):
            shutil.move(deb, new / deb.name.replace("%3a", "-"))
    older.complete(new, packages.older)
    (new / "Packages").write_text(_debian_index(new))
    (new / "Packages.gz").write_bytes(gzip.compress((new / "Packages").read_bytes(), mtime=0))
    (new / "Release").write_text(_release(new))
    replace(new, layout.packages / "debian")


def _downloads(names: Sequence[str], packages: Packages) -> list[str]:
    """Hooks that download with the suite's own apt settings. With `--include`, everything would be unpacked as well.

    The second one gets the same packages as the suite itself has them, without its security updates.
    """
    place = '"$1/var/cache/apt/archives"'
    apt = f'mkdir -p {place}/partial && cd {place} && APT_CONFIG="$MMDEBSTRAP_APT_CONFIG" apt-get -qq'
    hooks = [f"--extract-hook={apt} --yes --download-only install {' '.join(names)}"]
    if packages.older:
        released = " ".join(f"{name}/{packages.suite}" for name in packages.older)
        hooks.append(f"--extract-hook={apt} download {released}")
    return hooks


def _debian_index(directory: Path) -> str:
    """What `apt-ftparchive packages` would say: each package's control fields, file, size and hash."""
    with ThreadPoolExecutor(4) as pool:
        return "\n".join(pool.map(_stanza, sorted(directory.glob("*.deb"))))


def _stanza(deb: Path) -> str:
    fields = subprocess.run(["dpkg-deb", "-f", deb], capture_output=True, text=True, check=True).stdout
    with deb.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    return f"{fields.rstrip()}\nFilename: ./{deb.name}\nSize: {deb.stat().st_size}\nSHA256: {digest}\n"


def _release(directory: Path) -> str:
    lines = [f"Date: {email.utils.formatdate(usegmt=True)}", "SHA256:"]
    for name in ("Packages", "Packages.gz"):
        body = (directory / name).read_bytes()
        lines.append(f" {hashlib.sha256(body).hexdigest()} {len(body)} {name}")
    return "\n".join(lines) + "\n"


def make_wheels(layout: Layout, packages: Packages, python: Path) -> None:
    """`var/packages/simple` (PEP 503 pages) and `var/packages/wheels`."""
    log = layout.var / "log" / "wheels.log"
    layout.packages.mkdir(parents=True, exist_ok=True)
    new = fresh(layout.packages / "wheels.new")
    options: list[str | Path] = [
        "--quiet",
        "--only-binary=:all:",
        "--python-version=3.11",
        "--implementation=cp",
        "--dest",
        new,
    ]
    options += [f"--platform={name}" for name in _PLATFORMS]
    for requirements in _compatible(packages.pip):
        run([python, "-m", "pip", "download", *options, *requirements], log)
    for requirements in _compatible(packages.exact):
        run([python, "-m", "pip", "download", "--no-deps", *options, *requirements], log)
    for file in new.glob("*.whl"):
        if not re.match(r"[^-]+-[^-]+-", file.name):
            raise PartFailed(f"{file.name} is not a wheel's name")
    replace(new, layout.packages / "wheels")
    pages = fresh(layout.packages / "simple.new")
    _write_pages(sorted((layout.packages / "wheels").glob("*.whl")), pages)
    replace(pages, layout.packages / "simple")
    _make_tomorrow(layout)


def _make_tomorrow(layout: Layout) -> None:
    """`var/packages/tomorrow`: a simple index in which every version has a successor."""
    new = fresh(layout.packages / "tomorrow.new")
    wheels = fresh(new / "wheels")
    today = sorted((layout.packages / "wheels").glob("*.whl"))
    for wheel in tomorrow.final(today):
        tomorrow.raised(wheel, wheels)
    pages = fresh(new / "simple")
    _write_pages([*today, *sorted(wheels.glob("*.whl"))], pages)
    replace(new, layout.packages / "tomorrow")


def _compatible(requirements: tuple[str, ...]) -> list[list[str]]:
    """Runs of the resolver: it takes one version of a package at a time, so further versions get further runs."""
    runs: list[dict[str, str]] = []
    for requirement in requirements:
        name = requirement.split("==")[0]
        free = next((run for run in runs if name not in run), None)
        if free is None:
            runs.append(free := {})
        free[name] = requirement
    return [list(run.values()) for run in runs]


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _write_pages(wheels: Iterable[Path], pages: Path) -> None:
    projects: dict[str, list[Path]] = defaultdict(list)
    for wheel in wheels:
        projects[_normal(wheel.name.split("-")[0])].append(wheel)
    for name, files in projects.items():
        links = [f'<a href="/wheels/{f.name}#sha256={_sha256(f)}">{f.name}</a><br>' for f in files]
        (pages / name).mkdir()
        (pages / name / "index.html").write_text(_page(name, links))
    (pages / "index.html").write_text(_page("packages", [f'<a href="/simple/{n}/">{n}</a><br>' for n in projects]))


def _page(title: str, lines: list[str]) -> str:
    return f"<!DOCTYPE html><html><head><title>{title}</title></head><body>\n" + "\n".join(lines) + "\n</body></html>\n"


def _sha256(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def modules(wheels: Iterable[Path]) -> dict[str, list[tuple[int, str]]]:
    """Size and SHA-256 of each importable module at the top of the wheels, by its name; empty files say nothing."""
    found: dict[str, list[tuple[int, str]]] = defaultdict(list)
    for wheel in wheels:
        with zipfile.ZipFile(wheel) as archive:
            for entry in archive.infolist():
                name = re.fullmatch(r"([A-Za-z_]\w*)(/__init__)?\.py", entry.filename)
                if name and entry.file_size:
                    body = archive.read(entry)
                    found[name[1]].append((len(body), hashlib.sha256(body).hexdigest()))
    return {name: sorted(set(files)) for name, files in sorted(found.items())}


def stock(layout: Layout) -> dict[str, dict[str, list[str]]]:
    """{"deb": {name: [versions]}, "pip": {name: [versions]}} for the page and for "not available here"."""
    debs: dict[str, list[str]] = defaultdict(list)
    name = ""
    for line in (layout.packages / "debian" / "Packages").read_text().splitlines():
        key, _, value = line.partition(": ")
        if key == "Package":
            name = value
        elif key == "Version":
            debs[name].append(value)
    wheels: dict[str, list[str]] = defaultdict(list)
    for wheel in sorted((layout.packages / "wheels").glob("*.whl")):
        project, version = wheel.name.split("-")[:2]
        wheels[_normal(project)].append(version)
    result = {"deb": dict(debs), "pip": dict(wheels)}
    (layout.packages / "stock.json").write_text(json.dumps(result))
    return result
