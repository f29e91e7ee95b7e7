"""Verdicts → Grade, and the Grade as the JSON that `manage.py grade` and pages share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from sandbox.facts import Build, Fact, LimitHit, Timings, Unavailable

Status = Literal["passed", "failed", "skipped"]


@dataclass(frozen=True, slots=True)
class CheckGrade:
    """One check of one run: the lab's claim, the verdict's words, the points."""

    id: str
    title: str
    skill: str
    status: Status
    required: bool
    points: float
    max_points: float
    expected: str
    found: str
    why: str
    hint: str  # what to do next; "" when passed
    line: int | None  # of the learner's Dockerfile


@dataclass(frozen=True, slots=True)
class Grade:
    """A graded run. Passed: the points reach the lab's `pass_at` and every required check passed."""

    lab: str
    lab_version: int
    counted: bool  # False: something is not available here, so no attempt is used
    passed: bool
    points: float
    max_points: float
    checks: tuple[CheckGrade, ...]
    limit: LimitHit | None
    unavailable: Unavailable | None
    build: Build | None
    facts: Mapping[str, Fact]
    log: str
    timings: Timings
    engine: str
