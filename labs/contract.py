"""The Grade as JSON: the contract of `manage.py grade --json`, of pages and of stored runs."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, fields
from typing import TYPE_CHECKING, Any

from sandbox.facts import Build, Fact, LimitHit, Start, Timings

if TYPE_CHECKING:
    from labs.grading import CheckGrade, Grade
    from labs.specs import Lab

LOG_TAIL_LINES = 40
# Beyond the controls that JSON itself writes as numbers: eight-bit ones, reading directions, line separators.
_STEERING = re.compile("[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")
Json = dict[str, Any]


def to_json(grade: Grade) -> Json:
    """A graded run, JSON-ready. "log_tail" is the end of what failed, else of the whole log."""
    return {
        "lab": grade.lab,
        "lab_version": grade.lab_version,
        "state": "graded",
        "counted": grade.counted,
        "passed": grade.passed,
        "points": float(grade.points),
        "max_points": float(grade.max_points),
        "checks": [_check(check) for check in grade.checks],
        "limit": _limit(grade.limit),
        "log_tail": _log_tail(grade),
        "build": _build(grade.build),
        "timings": _timings(grade.timings),
    }


def to_text(data: Json) -> str:
    """JSON to read, with every sign that could steer a terminal written as its number."""
    text = json.dumps(data, indent=2, ensure_ascii=False)
    return _STEERING.sub(lambda sign: f"\\u{ord(sign[0]):04x}", text)


def platform_error_json(lab: Lab, message: str) -> Json:
    """The same keys when our machine failed: nothing is graded, and "log_tail" holds the message."""
    return {
        "lab": lab.slug,
        "lab_version": lab.version,
        "state": "platform_error",
        "counted": False,
        "passed": False,
        "points": 0.0,
        "max_points": float(lab.max_points),
        "checks": [],
        "limit": None,
        "log_tail": message,
        "build": None,
        "timings": _timings(Timings()),
    }


def facts_json(facts: Mapping[str, Fact]) -> Json:
    """{experiment: {"type": "Build", its fields}}, as runs store it; see `sandbox.facts.FACTS_VERSION`."""
    plain = {name: {"type": type(fact).__name__, **asdict(fact)} for name, fact in facts.items()}
    result: Json = json.loads(json.dumps(plain))  # tuples become lists now, not only after a round trip
    return result


def _check(check: CheckGrade) -> Json:
    names = ("id", "title", "skill", "status", "required", "points", "max_points")
    words = ("expected", "found", "hint", "line")
    data = {name: getattr(check, name) for name in names + words}
    return {**data, "points": float(check.points), "max_points": float(check.max_points)}


def _limit(hit: LimitHit | None) -> Json | None:
    return asdict(hit) if hit is not None else None


def _build(build: Build | None) -> Json | None:
    if build is None:
        return None
    keys = ("name", "line", "cached", "seconds")
    return {
        "ok": build.ok,
        "error": build.problem.message if build.problem else None,
        "seconds": build.seconds,
        "steps": [{key: getattr(step, key) for key in keys} for step in build.steps],
    }


def _timings(timings: Timings) -> Json:
    return {field.name: round(getattr(timings, field.name), 3) for field in fields(timings)}


def _log_tail(grade: Grade) -> str:
    if grade.build is not None and not grade.build.ok:
        return grade.build.log_tail or _tail(grade.log)
    for fact in grade.facts.values():
        if isinstance(fact, Start) and not fact.answered:
            return fact.log_tail
    return _tail(grade.log)


def _tail(log: str) -> str:
    return "\n".join(log.splitlines()[-LOG_TAIL_LINES:])
