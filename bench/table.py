"""Figures with their goals: the table that is printed and the list in `var/bench.json`."""

from __future__ import annotations

import json
import math
import statistics
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Row:
    """One figure. `unit` is "ms", "s", "ratio" or "queries"; `ok` is true where there is no goal to miss."""

    name: str
    value: float
    unit: str
    goal: float | None = None
    ok: bool = True


def at_most(name: str, value: float, unit: str, goal: float) -> Row:
    """A figure whose goal is an upper bound. Judged as it is shown, so a row never contradicts itself."""
    shown = round(value, 3)
    return Row(name, shown, unit, goal, shown <= goal)


def plain(name: str, value: float, unit: str) -> Row:
    """A figure without a goal."""
    return Row(name, round(value, 3), unit)


def percentile(values: Sequence[float], percent: float) -> float:
    """By nearest rank: a value that was measured, never one between two. ValueError when there is none."""
    if not values:
        raise ValueError("no values")
    rank = math.ceil(percent / 100 * len(values))
    return sorted(values)[max(0, rank - 1)]


def ratio(values: Sequence[float], base: Sequence[float]) -> float:
    """Of the medians: one disturbed round moves neither."""
    return statistics.median(values) / statistics.median(base)


def text(rows: Sequence[Row]) -> str:
    width = max(len(row.name) for row in rows)
    lines = [f"  {'':{width}}  {'figure':>10}  {'':7}  goal"]
    for row in rows:
        goal = f"≤ {row.goal:g}" if row.goal is not None and row.unit != "queries" else ""
        goal = f"= {row.goal:g}" if row.goal is not None and row.unit == "queries" else goal
        sign = "" if row.goal is None else "✓" if row.ok else "✕"
        lines.append(f"  {row.name:{width}}  {row.value:>10.3f}  {row.unit:7}  {goal:8} {sign}".rstrip())
    return "\n".join(lines)


def write(rows: Sequence[Row], file: Path) -> None:
    draft = file.with_suffix(".new")
    draft.write_text(json.dumps([asdict(row) for row in rows], indent=1) + "\n", "utf-8")
    draft.rename(file)
