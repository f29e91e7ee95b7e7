"""A report on attacks as a page shows it: what was not contained first, then every family, in plain words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from labs.models import SandboxProof
from labs.pages.outcomes import Outcome
from sandbox.hostile.cases import FAMILIES

CONTAINED = Outcome("passed", "✓", "Contained")
GOT_THROUGH = Outcome("failed", "✕", "Not contained")
# What a learner who tried it would have seen.
_WORDS = {
    "refused": "Refused",
    "not-available": "Refused with a reason",
    "build-failed": "The build stopped with an error",
    "built": "Built, and it did nothing",
    "passed": "Graded like any other",
    "not-passed": "Graded, not passed",
    "text": "Shown as text",
    "ignored": "Not looked at",
    "limit:time": "Stopped by the time limit",
    "limit:memory": "Stopped by the memory limit",
    "limit:pids": "Stopped by the process limit",
    "limit:disk": "Stopped by the disk limit",
    "limit:log": "Stopped by the output limit",
    "limit:image": "Stopped by the image size limit",
    "platform-fault": "Our own fault instead of a result",
}


@dataclass(frozen=True, slots=True)
class Row:
    title: str
    id: str
    outcome: Outcome
    seen: str
    stopped_by: str
    seconds: str
    complaints: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Family:
    title: str
    contained: int
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Shown:
    total: int
    contained: int
    minutes: str  # how long it took, in words
    through: tuple[Row, ...]
    families: tuple[Family, ...]


def shown(proof: SandboxProof) -> Shown:
    report: Mapping[str, Any] = proof.report
    cases: Sequence[Mapping[str, Any]] = report.get("cases", ())
    rows = [(str(case["family"]), _row(case)) for case in cases]
    return Shown(
        total=int(report.get("total", 0)),
        contained=int(report.get("contained", 0)),
        minutes=_minutes(float(report.get("seconds", 0.0))),
        through=tuple(row for _, row in rows if row.outcome is GOT_THROUGH),
        families=tuple(_family(name, [row for family, row in rows if family == name]) for name in FAMILIES),
    )


def _family(name: str, rows: Sequence[Row]) -> Family:
    return Family(FAMILIES[name], sum(row.outcome is CONTAINED for row in rows), tuple(rows))


def _row(case: Mapping[str, Any]) -> Row:
    return Row(
        title=str(case["title"]),
        id=str(case["id"]),
        outcome=CONTAINED if case["contained"] else GOT_THROUGH,
        seen=_WORDS.get(str(case["outcome"]), str(case["outcome"])),
        stopped_by=str(case.get("stopped_by", case["layer"])),
        seconds=f"{float(case['seconds']):.1f} s",
        complaints=tuple(map(str, case.get("complaints", ()))),
    )


def _minutes(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 100 else f"{seconds / 60:.0f} minutes"
