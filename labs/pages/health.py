"""The picture of a health check: what it said while the app worked, was broken, was mended. Reads stored JSON."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from labs.pages.picture import Facts, kind

FAULTS = {
    "refuse": "Connections are refused",
    "error": "Every answer is status 500",
    "hang": "No connection is answered",
    "stall": "Connections are accepted, no request is answered",
}


@dataclass(frozen=True, slots=True)
class State:
    """What the engine said after a change. `tone` colours it; sign and word say the same without."""

    tone: str
    sign: str
    word: str
    seconds: float | None
    output: str  # the last line of what the check printed


@dataclass(frozen=True, slots=True)
class FaultRow:
    title: str
    broken: State
    mended: State | None  # None: there was nothing to mend


@dataclass(frozen=True, slots=True)
class HealthTable:
    command: str
    first: State
    rows: tuple[FaultRow, ...]


def health(facts: Facts) -> HealthTable | None:
    """Of every health experiment of a run that was started; None when the image has no check."""
    found = [fact for fact in facts.values() if kind(fact) == "health" and fact["answered"]]
    if not found:
        return None
    first = found[0]
    return HealthTable(
        command=" ".join(first["test"][1:]),
        first=_state(first["healthy"], "healthy", first["healthy_seconds"], first["trial"], first["exit_code"]),
        rows=tuple(row for fact in found for row in _rows(fact)),
    )


def _rows(fact: Mapping[str, Any]) -> Iterator[FaultRow]:
    for broken in fact["faults"]:
        code = broken["exit_code"]
        seen = _state(broken["unhealthy"], "unhealthy", broken["unhealthy_seconds"], broken["trial"], code)
        mended = None
        if broken["unhealthy"] and code is None:
            trial = broken["mended_trial"]
            mended = _state(broken["recovered"], "healthy", broken["recovered_seconds"], trial, None)
        yield FaultRow(FAULTS.get(broken["fault"], broken["fault"]), seen, mended)


def _state(reached: bool, wanted: str, seconds: float, trial: Mapping[str, Any] | None, exit_code: int | None) -> State:
    if exit_code is not None:
        return State("failed", "✕", "the container ended", None, "")
    output = _last_line(trial)
    if reached:
        return State("passed", "✓", wanted, seconds, output)
    return State("failed", "✕", "unhealthy" if wanted == "healthy" else "still healthy", None, output)


def _last_line(trial: Mapping[str, Any] | None) -> str:
    if trial is None:
        return ""
    if trial["exit_code"] == -1:
        return "ended when its time was over"
    lines = [line.strip() for line in trial["output"].splitlines() if line.strip()]
    return lines[-1] if lines else ""
