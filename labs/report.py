"""A grade as a terminal shows it: the verdict, the first thing to fix, every check, the steps, the log."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping
from typing import Any

from labs.contract import to_json
from labs.grading import CheckGrade, Grade
from labs.reasons import limit_words
from sandbox.logs import clean, visible

SIGNS = {"passed": "✓", "failed": "✕", "skipped": "–"}  # noqa: RUF001  # the signs of every page
WIDTH = 100


def text(grade: Grade) -> str:
    """Everything, for people. A learner's own words may stand anywhere in it, and steer no terminal."""
    parts = [verdict(grade), *_first(grade), _checks(grade), *_steps(grade), *_log(grade)]
    return clean("\n\n".join(parts)) + "\n"


def verdict(grade: Grade) -> str:
    points = f"{grade.points:g} of {grade.max_points:g} points"
    if grade.unavailable is not None:
        return f"Not available here: {grade.unavailable.message} No attempt is used."
    if grade.limit is not None:
        return f"⏱ {limit_words(grade.limit)}. {points}."
    if grade.passed:
        return f"✓ Passed: {points}."
    return f"✕ Not yet: {points}."


def _first(grade: Grade) -> Iterator[str]:
    """The first thing to fix, required ones before others."""
    failed = [check for check in grade.checks if check.status == "failed"]
    first = next(iter(sorted(failed, key=lambda check: not check.required)), None)
    if first is not None:
        file = "the Dockerfile" if first.file == "Dockerfile" else first.file
        place = f" (line {first.line} of {file})" if first.line else ""
        lines = [f"First: {first.title}{place}"]
        words = {"Measured": first.found, "Expected": first.expected, "Why": first.why, "Next": first.hint}
        yield "\n".join(lines + [_wrapped(f"{name}: {said}", "  ") for name, said in words.items() if said])


def _checks(grade: Grade) -> str:
    return "\n".join(_check(check) for check in grade.checks)


def _check(check: CheckGrade) -> str:
    optional = "" if check.required else " (not required)"
    head = f"{SIGNS[check.status]} {check.title}{optional}  {check.points:g}/{check.max_points:g}  {check.id}"
    return head if check.status == "passed" else f"{head}\n{_wrapped(check.found, '    ')}"


def _steps(grade: Grade) -> Iterator[str]:
    if grade.build is not None and grade.build.steps:
        lines = [f"Build: {grade.build.seconds:.1f} s"]
        for step in grade.build.steps:
            took = "cached" if step.cached else f"{step.seconds:.1f} s"
            line = f"line {step.line}" if step.line else ""
            lines.append(f"  {took:>8}  {line:>8}  {step.name[: WIDTH - 22]}")
        yield "\n".join(lines)


def _log(grade: Grade) -> Iterator[str]:
    tail = "" if grade.passed else to_json(grade)["log_tail"]
    if tail:
        yield "Log:\n" + textwrap.indent(tail, "  ")


def _wrapped(said: str, indent: str) -> str:
    return textwrap.fill(" ".join(said.split()), WIDTH, initial_indent=indent, subsequent_indent=indent + "  ")


def progress(event: Mapping[str, Any]) -> str | None:
    """A line for what is going on now, or None where there is nothing worth one."""
    line = _progress(event)
    return clean(line) if line else None


def _progress(event: Mapping[str, Any]) -> str | None:
    match event.get("type"):
        case "phase":
            return "Building" if event["phase"] == "build" else "Measuring"
        case "step" if event.get("state") == "running":
            return visible(" ".join(f"Building step {event['index']} of {event['of']}: {event['name']}".split("\n")))
        case "experiment" if event.get("state") == "running":
            return f"Experiment {event['id']} ({event['kind']})"
        case _:
            return None
