"""Where an edge of a diagram runs: from box to box, by its way-points. Plain geometry, in the file's units."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import hypot


@dataclass(frozen=True, slots=True)
class Point:
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Box:
    x: float
    y: float
    width: float
    height: float

    @property
    def centre(self) -> Point:
        return Point(self.x + self.width / 2, self.y + self.height / 2)

    def at(self, across: float, down: float) -> Point:
        """A place of the box by shares of its width and height."""
        return Point(self.x + across * self.width, self.y + down * self.height)

    def edge_towards(self, other: Point) -> Point:
        """Where the line from the centre to `other` leaves the box."""
        middle = self.centre
        dx, dy = other.x - middle.x, other.y - middle.y
        if not dx and not dy:
            return middle
        shares = [half / abs(delta) for half, delta in ((self.width / 2, dx), (self.height / 2, dy)) if delta]
        share = min(1.0, *shares) if len(shares) > 1 else min(1.0, shares[0])
        return Point(middle.x + dx * share, middle.y + dy * share)


@dataclass(frozen=True, slots=True)
class Way:
    points: tuple[Point, ...]
    middle: Point  # half-way along the line: where the label stands


def route(source: Box, target: Box, points: Sequence[Point], style: Mapping[str, str]) -> Way:
    """`exitX`, `exitY`, `entryX`, `entryY` fix the ends, as drawio means them; else the line is cut at the boxes."""
    first = points[0] if points else _end(target, style, "entry") or target.centre
    last = points[-1] if points else _end(source, style, "exit") or source.centre
    begin = _end(source, style, "exit") or source.edge_towards(first)
    end = _end(target, style, "entry") or target.edge_towards(last)
    whole = (begin, *points, end)
    return Way(whole, _middle(whole))


def _end(box: Box, style: Mapping[str, str], name: str) -> Point | None:
    across, down = style.get(f"{name}X"), style.get(f"{name}Y")
    return box.at(float(across), float(down)) if across is not None and down is not None else None


def _middle(points: Sequence[Point]) -> Point:
    left = sum(hypot(b.x - a.x, b.y - a.y) for a, b in pairwise(points)) / 2
    for a, b in pairwise(points):
        length = hypot(b.x - a.x, b.y - a.y)
        if length >= left and length:
            share = left / length
            return Point(a.x + (b.x - a.x) * share, a.y + (b.y - a.y) * share)
        left -= length
    return points[-1]
