"""The picture of a run's facts: who ran, or what a rebuild kept. Reads stored JSON, so old runs show too."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

# What BuildKit writes before a RUN step's command: build arguments ("|1 VERSION=3") and the shell.
_SHELL = re.compile(r"^(?:RUN )?(?:\|\d+ .*?)?/bin/sh -c ")
Facts = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Bar:
    """A row of `components/bars.html`."""

    label: str
    percent: int
    shown: str
    tone: str


@dataclass(frozen=True, slots=True)
class LayerRow:
    """One instruction, and for each rebuild whether its layer was kept; None: it has no such layer."""

    instruction: str
    kept: tuple[bool | None, ...]


@dataclass(frozen=True, slots=True)
class Rebuilds:
    bars: tuple[Bar, ...]
    edits: tuple[str, ...]
    layers: tuple[LayerRow, ...]


@dataclass(frozen=True, slots=True)
class ProcessRow:
    pid: int
    command: str
    uid: int
    uids: str
    root: bool
    capabilities: tuple[str, ...]


def kind(fact: Mapping[str, Any]) -> str:
    return str(fact.get("type", "")).lower().replace("-", "").replace("_", "")


def first_build(facts: Facts) -> Mapping[str, Any] | None:
    return next((fact for fact in facts.values() if kind(fact) == "build"), None)


def processes(facts: Facts) -> tuple[ProcessRow, ...]:
    """Every process of the app as it was seen last, root first."""
    for fact in facts.values():
        if kind(fact) == "start" and fact.get("processes"):
            newest = {process["pid"]: process for process in sorted(fact["processes"], key=lambda p: p["sample"])}
            return tuple(sorted(map(_process, newest.values()), key=lambda row: (not row.root, row.pid)))
    return ()


def _process(process: Mapping[str, Any]) -> ProcessRow:
    uids = list(process["uids"])
    return ProcessRow(
        pid=process["pid"],
        command=process["command"] or process["name"],
        uid=uids[1],
        uids=" ".join(map(str, uids)),
        root=0 in uids,
        capabilities=tuple(process["effective_capabilities"]),
    )


def rebuilds(facts: Facts) -> Rebuilds | None:
    """The rebuilds of a run, each as seconds beside the first build's, and layer by layer."""
    found = [fact for fact in facts.values() if kind(fact) == "rebuild"]
    if not found:
        return None
    return Rebuilds(
        bars=tuple(_bars(first_build(facts), found)),
        edits=tuple(str(fact["edited"]) for fact in found),
        layers=tuple(_layers(found)),
    )


def _bars(first: Mapping[str, Any] | None, found: list[Mapping[str, Any]]) -> Iterator[Bar]:
    builds = [("First build", first, False)] if first else []
    builds += [(f"{fact['edited']} changed", fact["build"], _mostly_kept(fact)) for fact in found]
    longest = max(build["seconds"] for _, build, _ in builds) or 1.0
    for label, build, kept in builds:
        seconds = build["seconds"]
        tone = "passed" if kept else "neutral"
        yield Bar(label, max(1, round(100 * seconds / longest)), f"{seconds:.1f} s", tone)


def _mostly_kept(fact: Mapping[str, Any]) -> bool:
    return len(fact["kept"]) > len(fact["rerun"])


def _layers(found: list[Mapping[str, Any]]) -> Iterator[LayerRow]:
    order: list[str] = []
    for fact in found:  # kept layers come before those that ran again: a cache breaks once and stays broken
        for layer in (*fact["kept"], *fact["rerun"]):
            if layer not in order:
                order.append(layer)
    for layer in order:
        kept = tuple(True if layer in f["kept"] else False if layer in f["rerun"] else None for f in found)
        yield LayerRow(instruction(layer), kept)


def instruction(created_by: str) -> str:
    """A layer's history entry as its author wrote it: "RUN pip install …"."""
    return _SHELL.sub("RUN ", created_by.removesuffix(" # buildkit").strip())
