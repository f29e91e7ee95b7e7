"""What became of every case: as one line, as a table, as JSON."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sandbox.hostile.cases import FAMILIES, Case
from sandbox.hostile.layers import LAYERS


@dataclass(frozen=True, slots=True)
class Result:
    """`complaints` empty: contained."""

    case: Case
    outcome: str
    seconds: float
    complaints: tuple[str, ...] = ()

    @property
    def contained(self) -> bool:
        return not self.complaints

    def with_more(self, told: Sequence[str]) -> Result:
        return replace(self, complaints=(*self.complaints, *told))


def as_json(results: Sequence[Result], fingerprint: str) -> dict[str, Any]:
    """{"total", "contained", "fingerprint", "seconds", "cases": [{"id", "family", "title", "outcome", …}]}."""
    return {
        "total": len(results),
        "contained": sum(result.contained for result in results),
        "fingerprint": fingerprint,
        "seconds": round(sum(result.seconds for result in results), 1),
        "cases": [_case(result) for result in results],
    }


def _case(result: Result) -> dict[str, Any]:
    return {
        "id": result.case.id,
        "family": result.case.family,
        "title": result.case.title,
        "outcome": result.outcome,
        "contained": result.contained,
        "layer": result.case.layer,
        "stopped_by": LAYERS[result.case.layer].words,
        "seconds": round(result.seconds, 2),
        "complaints": list(result.complaints),
    }


def line(result: Result) -> str:
    """One case in one line, and below it what did not hold."""
    sign = "✓" if result.contained else "✕"
    layer = LAYERS[result.case.layer].words
    head = f"{sign} {result.case.title:<72.72}  {result.outcome:<13} {result.seconds:>5.1f} s  {layer}"
    return "\n".join([head, *(f"    {text}" for text in result.complaints)])


def table(results: Sequence[Result]) -> str:
    """By family, with the count of each."""
    return "\n\n".join(_family(name, results) for name in FAMILIES if any(r.case.family == name for r in results))


def _family(name: str, results: Sequence[Result]) -> str:
    own = [result for result in results if result.case.family == name]
    held = sum(result.contained for result in own)
    return "\n".join([f"{FAMILIES[name]}: {held} of {len(own)} contained", *map(_indented, own)])


def _indented(result: Result) -> str:
    return "\n".join(f"  {part}" for part in line(result).splitlines())


def summary(results: Sequence[Result]) -> str:
    held = sum(result.contained for result in results)
    seconds = sum(result.seconds for result in results)
    if held == len(results):
        return f"All {held} attacks were contained, in {seconds:.0f} s."
    lost = ", ".join(result.case.id for result in not_contained(results))
    return f"{held} of {len(results)} attacks were contained. Not contained: {lost}."


def not_contained(results: Sequence[Result]) -> Iterator[Result]:
    return (result for result in results if not result.contained)
