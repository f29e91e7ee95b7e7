"""What this sandbox knows to be vulnerable: Debian's and Python's advisories, and files of vulnerable versions."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sandbox import versions

Signature = tuple[int, str]  # size in bytes, SHA-256


@dataclass(frozen=True, slots=True)
class Holes:
    """Of one package in one version. `fixed` closes all of them."""

    fixed: str
    cves: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Known:
    """A file of a vulnerable version: whatever lists say, the package is there where the file is."""

    package: str
    version: str
    holes: Holes


@dataclass(frozen=True, slots=True)
class Advisories:
    """`deb` and `pip` by package (Debian's source package): (first affected version or "", fixed in, CVEs)."""

    deb: Mapping[str, list[tuple[str, str, tuple[str, ...]]]] = field(default_factory=dict)
    pip: Mapping[str, list[tuple[str, str, tuple[str, ...]]]] = field(default_factory=dict)
    os_files: Mapping[Signature, Known] = field(default_factory=dict)
    python_files: Mapping[Signature, Known] = field(default_factory=dict)

    @staticmethod
    def of(data: Mapping[str, Any]) -> Advisories:
        """From the stock's own form; {} knows nothing."""
        deb: dict[str, list[tuple[str, str, tuple[str, ...]]]] = {}
        for entry in data.get("deb", []):
            deb.setdefault(entry["source"], []).append(("", entry["fixed"], tuple(entry["cves"])))
        pip: dict[str, list[tuple[str, str, tuple[str, ...]]]] = {}
        for entry in data.get("pip", []):
            pip.setdefault(normal(entry["name"]), []).append((entry["introduced"], entry["fixed"], (entry["cve"],)))
        plain = Advisories(deb, pip)
        return Advisories(deb, pip, plain._os_files(data), plain._python_files(data))

    def of_debian(self, source: str, version: str) -> Holes | None:
        """Holes of a source package's version."""
        key = versions.debian(version)
        found = [(fixed, cves) for _, fixed, cves in self.deb.get(source, []) if key < versions.debian(fixed)]
        return _together(found, versions.debian)

    def of_python(self, name: str, version: str) -> Holes | None:
        key = versions.python(version)
        found = [
            (fixed, cves)
            for first, fixed, cves in self.pip.get(normal(name), [])
            if versions.python(first) <= key < versions.python(fixed)
        ]
        return _together(found, versions.python)

    def _os_files(self, data: Mapping[str, Any]) -> dict[Signature, Known]:
        result: dict[Signature, Known] = {}
        for package, entry in data.get("deb_files", {}).items():
            holes = self.of_debian(entry["source"], entry["version"])
            if holes is not None:
                known = Known(package, entry["version"], holes)
                for size, digest in entry["files"]:
                    result[size, digest] = known
        return result

    def _python_files(self, data: Mapping[str, Any]) -> dict[Signature, Known]:
        result: dict[Signature, Known] = {}
        for package, by_version in data.get("pip_files", {}).items():
            for version, files in by_version.items():
                holes = self.of_python(package, version)
                if holes is not None:
                    known = Known(package, version, holes)
                    for size, digest in files:
                        result[size, digest] = known
        return result


def _together(found: list[tuple[str, tuple[str, ...]]], key: Any) -> Holes | None:
    if not found:
        return None
    cves = sorted({cve for _, several in found for cve in several}, key=_number)
    return Holes(max((fixed for fixed, _ in found), key=key), tuple(cves))


def _number(cve: str) -> tuple[int, ...]:
    return tuple(int(number) for number in re.findall(r"\d+", cve))


def normal(name: str) -> str:
    """A Python package's name in the form in which names are compared."""
    return re.sub(r"[-_.]+", "-", name).lower()
