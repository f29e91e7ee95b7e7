"""A graded submission's page: the verdict, what to fix first, the checks in order, the steps, the picture."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from labs.models import CheckResult, Run, Submission
from labs.pages import picture
from labs.pages.code import anchor
from labs.pages.health import HealthTable, health
from labs.pages.layers import ImageLayers, layers
from labs.pages.live import StepRow, step_row
from labs.pages.matrix import MatrixTable, matrix
from labs.pages.outcomes import CHECKS, Outcome, outcome
from labs.pages.pressure import PressureTable, pressure
from labs.pages.syscalls import CallTable, syscalls
from labs.pages.tables import Table, tables

LOG_LINES = 200  # shown on the page; the whole log is a link


@dataclass(frozen=True, slots=True)
class Card:
    """One check as the page shows it."""

    check: CheckResult
    outcome: Outcome
    anchor: str  # of the line in the submitted file, or ""


@dataclass(frozen=True, slots=True)
class Stop:
    """What the builder said, or Compose, where it stopped."""

    message: str
    file: str
    line: int | None
    anchor: str


@dataclass(frozen=True, slots=True)
class Result:
    verdict: Outcome
    sentence: str
    stop: Stop | None
    first: Card | None  # the first thing to fix
    open: tuple[Card, ...]  # the other checks that failed, required ones first
    folded: tuple[Card, ...]  # not measured, then passed
    steps: tuple[StepRow, ...]
    seconds: float | None  # of the build
    processes: tuple[picture.ProcessRow, ...]
    rebuilds: picture.Rebuilds | None
    layers: ImageLayers | None
    health: HealthTable | None
    tables: tuple[Table, ...]
    syscalls: CallTable | None
    matrix: MatrixTable | None
    pressure: PressureTable | None
    log: str
    log_cut: bool


def result(submission: Submission, run: Run, checks: Sequence[CheckResult]) -> Result:
    cards = sorted(map(_card, checks), key=lambda card: not card.check.required)
    failed = [card for card in cards if card.check.status == "failed"]
    skipped = [card for card in cards if card.check.status == "skipped"]
    stop = _stop(run)
    verdict = outcome(submission)
    # A build that stopped fails one check, which could only repeat what the builder said.
    first = failed[0] if failed and stop is None else None
    build = (picture.first_build(run.facts) or run.build if run.build else None) or {}
    carried, said, listed = layers(run.facts), health(run.facts), tables(run.facts)
    links, pressed = matrix(run.facts), pressure(run.facts)
    rebuilds = None if carried else picture.rebuilds(run.facts)  # one picture says the most
    lines = run.log_text.splitlines()
    return Result(
        verdict=verdict,
        sentence=_sentence(run, verdict, cards),
        stop=stop,
        first=first,
        open=tuple(card for card in failed if card is not first),
        folded=(*skipped, *(card for card in cards if card.check.status == "passed")),
        steps=tuple(_step(step) for step in build.get("steps", ())),
        seconds=build.get("seconds"),
        processes=() if rebuilds or carried or said or listed else picture.processes(run.facts),
        rebuilds=rebuilds,
        layers=carried,
        health=said,
        tables=listed,
        syscalls=syscalls(run.facts),
        matrix=links,
        pressure=pressed,
        log="\n".join(lines[-LOG_LINES:]),
        log_cut=len(lines) > LOG_LINES,
    )


def _card(check: CheckResult) -> Card:
    return Card(check, CHECKS[check.status], anchor(check.file, check.line) if check.line else "")


def _sentence(run: Run, verdict: Outcome, cards: Sequence[Card]) -> str:
    if verdict.detail:
        return verdict.detail
    passed = sum(card.check.status == "passed" for card in cards)
    if run.passed:
        rest = len(cards) - passed
        return "Every check holds." if not rest else f"{passed} of {len(cards)} checks hold, and all that count."
    if run.build and not run.build["ok"]:
        return "Nothing was measured yet, because there is no image."
    if _stopped_project(run):
        return "Nothing more was measured, because the project did not start."
    return f"{passed} of {len(cards)} checks hold."


def _step(step: Mapping[str, Any]) -> StepRow:
    state = "cached" if step.get("cached") else str(step.get("state", "done"))
    return step_row(str(step["name"]), step.get("line"), state, float(step.get("seconds") or 0.0))


def _stop(run: Run) -> Stop | None:
    if run.unavailable:
        file, line = run.unavailable.get("file", "Dockerfile"), run.unavailable.get("line")
        return Stop(str(run.unavailable["name"]), file, line, anchor(file, line) if line else "")
    if run.limit:
        return None
    if run.build and not run.build["ok"]:
        problem = (picture.first_build(run.facts) or {}).get("problem") or {}
        file, line = str(problem.get("file") or "Dockerfile"), run.build.get("line")
        message = str(problem.get("message") or run.build.get("error") or "")
    elif problem := _stopped_project(run):
        file, line, message = str(problem["file"]), problem["line"], str(problem["message"])
    else:
        return None
    return Stop(message, file, line, anchor(file, line) if line else "")


def _stopped_project(run: Run) -> Mapping[str, Any]:
    """What Compose said, or we before it, when a project did not start at all."""
    ups = (fact for fact in run.facts.values() if picture.kind(fact) == "composeup")
    return next((fact["problem"] for fact in ups if fact.get("problem")), {})
