"""Verdicts → Grade, and the Grade as the JSON that `manage.py grade` and pages share."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

from labs import reasons
from labs.checks import BY_ID
from labs.checks.base import Context, Verdict
from labs.contract import facts_json, platform_error_json, to_json
from labs.specs import CheckSpec, Lab
from sandbox.facts import Build, Fact, LimitHit, Outcome, Timings, Unavailable
from sandbox.plain import plain

__all__ = ["CheckGrade", "Grade", "Status", "facts_json", "grade", "platform_error_json", "to_json"]

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
    line: int | None  # of the learner's `file`
    file: str


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


def grade(lab: Lab, outcome: Outcome) -> Grade:
    """Judge everything that was measured. Pure, but for the seconds that it took."""
    begun = time.perf_counter()
    outcome = plain(outcome)  # whatever a learner wrote into it: from here on pages, terminals and exports show it
    done: dict[str, Verdict] = {}
    for spec in lab.checks:
        if outcome.problem is not None and not spec.needs:
            done[spec.id] = reasons.unusable(outcome.problem)
        else:
            done[spec.id] = _verdict(lab, spec, outcome, done)
    checks = tuple(_graded(spec, done[spec.id]) for spec in lab.checks)
    points = sum(check.points for check in checks)
    held = all(check.status == "passed" for check in checks if check.required)
    counted = outcome.unavailable is None
    # A lab whose checks are all optional must not be passed by measuring nothing.
    measured = any(check.status == "passed" for check in checks)
    seconds = time.perf_counter() - begun
    timings = replace(outcome.timings, checks=seconds, total=outcome.timings.total + seconds)
    return Grade(
        lab=lab.slug,
        lab_version=lab.version,
        counted=counted,
        passed=counted and measured and held and points >= lab.pass_at,
        points=points,
        max_points=lab.max_points,
        checks=checks,
        limit=outcome.limit,
        unavailable=outcome.unavailable,
        build=_first_build(lab, outcome),
        facts=outcome.facts,
        log=outcome.log,
        timings=timings,
        engine=outcome.engine,
    )


def _verdict(lab: Lab, spec: CheckSpec, outcome: Outcome, done: Mapping[str, Verdict]) -> Verdict:
    if outcome.unavailable is not None:
        return _skipped(outcome.unavailable.message.rstrip("."))
    if outcome.limit is not None and reasons.stopped_by_limit(spec, outcome.facts):
        return reasons.limit_verdict(outcome.limit)
    for need in spec.needs:
        if done[need].status == "skipped":
            return Verdict("skipped", "", done[need].found)  # the first cause says more than its effect
        if done[need].status == "failed":
            return _skipped(reasons.unmet(lab, need))
    check, fact = BY_ID[spec.id], outcome.facts.get(spec.source)
    if not isinstance(fact, check.reads):
        return _skipped(reasons.no_fact(lab, spec, outcome))
    experiment = next(e for e in lab.experiments if e.id == spec.source)
    return check.run(fact, Context(experiment, lab.limits))


def _skipped(reason: str) -> Verdict:
    return Verdict("skipped", "", f"Not measured: {reason}")


def _graded(spec: CheckSpec, verdict: Verdict) -> CheckGrade:
    return CheckGrade(
        id=spec.id,
        title=spec.title,
        skill=spec.skill,
        status=verdict.status,
        required=spec.required,
        points=spec.points if verdict.status == "passed" else 0.0,
        max_points=spec.points,
        expected=verdict.expected,
        found=verdict.found,
        why=verdict.why,
        hint=verdict.hint,
        line=verdict.line,
        file=verdict.file,
    )


def _first_build(lab: Lab, outcome: Outcome) -> Build | None:
    facts = (outcome.facts.get(e.id) for e in lab.experiments if e.kind == "build" and not e.dockerfile)
    return next((fact for fact in facts if isinstance(fact, Build)), None)
