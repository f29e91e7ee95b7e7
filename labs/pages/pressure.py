"""The picture of a service under pressure: what was gone for and what it got, and its neighbour's answers meanwhile."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from statistics import median
from typing import Any

from labs.pages.picture import Facts, kind

MB = 1024 * 1024
_NAMES = {"memory": "Memory", "pids": "Processes and threads", "cpu": "Processor time"}


@dataclass(frozen=True, slots=True)
class PressRow:
    what: str
    limit: str
    wanted: str
    got: str


@dataclass(frozen=True, slots=True)
class PressureTable:
    service: str
    rows: tuple[PressRow, ...]
    neighbour: str  # "" without one
    usual: str  # how long it took to answer
    longest: str


def pressure(facts: Facts) -> PressureTable | None:
    found = next((fact for fact in facts.values() if kind(fact) == "pressure"), None)
    if found is None or not found["presses"]:
        return None
    times = [float(one) for one in found["neighbour_ms"]]
    return PressureTable(
        service=str(found["service"]),
        rows=tuple(_row(press, found["bounds"]) for press in found["presses"]),
        neighbour=str(found["neighbour"]) if times else "",
        usual=f"{median(times):.0f} ms" if times else "",
        longest=f"{max(times):.0f} ms" if times else "",
    )


def _row(press: Mapping[str, Any], bounds: Mapping[str, Any]) -> PressRow:
    name = str(press["kind"])
    if name == "memory":
        limit = bounds["memory"]
        shown = f"{limit / MB:.0f} MB" if limit else ""
        return PressRow(_NAMES[name], shown or "none", f"{press['amount']:.0f} MB", f"{press['got']:.0f} MB")
    if name == "pids":
        return PressRow(_NAMES[name], str(bounds["pids"] or "none"), f"{press['amount']:.0f}", f"{press['got']:.0f}")
    limit = f"{bounds['cpus']:g} processors" if bounds["cpus"] else "none"
    got = f"{press['cpu_seconds']:.2f} s in {press['elapsed']:.2f} s"
    return PressRow(_NAMES.get(name, name), limit, f"{press['amount']:.0f} processors", got)
