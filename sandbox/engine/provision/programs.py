"""The versions of the engine tree's programs, as Debian's packages name them."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

PACKAGES = {
    "Docker Engine": "docker.io",
    "Buildx": "docker-buildx",
    "Compose": "docker-compose",
    "containerd": "containerd",
    "runc": "runc",
    "cosign": "cosign",
}
_STATUS = Path("var/lib/dpkg/status")
_STANZA = re.compile(r"^Package: (?P<name>\S+)\n(?:\S.*\n| .*\n)*?Version: (?P<version>\S+)$", re.MULTILINE)
_FIRST_LINE = re.compile(r"\S+ \((?P<version>[^)]+)\)")


def versions(tree: Path) -> dict[str, str]:
    """Return the exact version of each program in PACKAGES that the tree has.

    A program that was added without the package manager counts by the changelog that came with it.
    """
    installed = {m["name"]: m["version"] for m in _STANZA.finditer((tree / _STATUS).read_text(errors="replace"))}
    found = {name: installed.get(package) or _by_changelog(tree, package) for name, package in PACKAGES.items()}
    return {name: version for name, version in found.items() if version}


def _by_changelog(tree: Path, package: str) -> str:
    file = tree / "usr/share/doc" / package / "changelog.Debian.gz"
    if not file.exists():
        return ""
    with gzip.open(file, "rt", errors="replace") as stream:
        match = _FIRST_LINE.match(stream.readline())
    return match["version"] if match else ""
