"""Known holes in an image, as a scanner finds them, and in files that no list names."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """A package of the final file system with known holes that a version which is here closes."""

    package: str
    version: str
    fixed: str  # the version that closes all of them
    cves: tuple[str, ...]
    created_by: str  # of the layer that holds it
    listed: bool  # False: no list names it in that version, its files are there
    path: str  # of the list, or of the first file


@dataclass(frozen=True, slots=True)
class Scan:
    """`kind = "scan"`: what is visible in the final image, held against the advisories of this sandbox."""

    os: tuple[Finding, ...]
    python: tuple[Finding, ...]
    os_packages: int  # visible ones that were compared
    python_packages: int
