"""Findings of a scan in a check card's words."""

from __future__ import annotations

from collections.abc import Iterable

from labs.checks.describe import code, listed, step
from sandbox.scanfacts import Finding

CVES = 3  # named of each finding; the others are counted


def findings(found: Iterable[Finding]) -> str:
    return listed(map(_finding, found))


def _finding(found: Finding) -> str:
    more = len(found.cves) - CVES
    holes = ", ".join(found.cves[:CVES]) + (f" and {more} more" if more > 0 else "")
    words = f"{code(found.package)} {code(found.version)}: {holes}, closed in {code(found.fixed)}"
    if found.listed:
        return words
    return f"{words}; no list names it, its file {code(found.path)} is there, from {step(found.created_by)}"
