"""Worked examples: `examples/<name>/{bad,good}` are real folders, and the figures on the page were measured on them.

`example.toml` says what is shown and what is measured; `examples/measured.json` is written by `manage.py examples
measure` and names the digest of the folder that it measured. Figures of another digest are not shown.
"""

from __future__ import annotations

import hashlib
import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lessons.errors import ContentError

SIDES = ("bad", "good")
KEYS = {"lab", "grade", "probe", "bad", "good", "experiment", "measure"}
SIDE_KEYS = {"title", "text", "show"}
MEASURE_KEYS = {"id", "title", "take", "unit", "bad", "good"}
UNITS = {"", "MB", "kB", "s"}
STORED = "measured.json"


@dataclass(frozen=True, slots=True)
class Side:
    title: str
    text: str  # Markdown below the code
    show: tuple[str, ...]  # names of the files on the page
    files: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Measure:
    """One figure for each side. `take` is an expression over facts that `labs.measuring` understands."""

    id: str
    title: str
    take: str
    unit: str
    labels: Mapping[str, str]  # by side: what its bar is called
    values: Mapping[str, float]  # by side; empty while nothing is measured


@dataclass(frozen=True, slots=True)
class Example:
    name: str
    lab: str  # opened by "try it" with the bad side loaded, or ""
    grade: str  # the lab that the good side passes as it is shown; its files are there when the example is measured
    probe: str  # lines that measuring adds to the Dockerfile; never shown, never graded
    sides: Mapping[str, Side]
    experiments: tuple[Mapping[str, Any], ...]  # as in a lab.toml
    measures: tuple[Measure, ...]
    digest: str
    engine: str  # that measured it, or ""

    @property
    def measured(self) -> bool:
        return all(measure.values for measure in self.measures)


def load(folder: Path) -> Mapping[str, Example]:
    """Every example of a lesson's `examples` folder by name. ContentError names file and line."""
    stored = _stored(folder / STORED)
    return {path.parent.name: _example(path, stored) for path in sorted(folder.glob("*/example.toml"))}


def shown(value: float, unit: str) -> str:
    if unit in {"MB", "kB"}:
        scaled = value / (1_000_000 if unit == "MB" else 1000)
        return f"{scaled:.1f} {unit}" if scaled < 100 else f"{scaled:.0f} {unit}"
    return f"{value:.1f} s" if unit == "s" else f"{value:g}"


def digest(folder: Path) -> str:
    """Of every file of the example, its `example.toml` included."""
    content = hashlib.sha256()
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        content.update(path.relative_to(folder).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return content.hexdigest()


def _stored(path: Path) -> Mapping[str, Any]:
    if not path.exists():
        return {}
    found: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return found


def _example(path: Path, stored: Mapping[str, Any]) -> Example:
    name, folder = path.parent.name, path.parent
    file = f"{name}/example.toml"
    try:
        data = tomllib.loads(path.read_text("utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise ContentError(file, 1, f"this is not TOML: {error}") from error
    _known(file, data, KEYS)
    now = digest(folder)
    kept = stored.get(name, {})
    fits = kept.get("digest") == now
    figures = kept.get("figures", {}) if fits else {}
    return Example(
        name=name,
        lab=data.get("lab", ""),
        grade=data.get("grade", ""),
        probe=data.get("probe", ""),
        sides={side: _side(file, folder / side, data.get(side)) for side in SIDES},
        experiments=tuple(data.get("experiment", ())),
        measures=tuple(_measure(file, one, figures) for one in data.get("measure", ())),
        digest=now,
        engine=kept.get("engine", "") if fits else "",
    )


def _side(file: str, folder: Path, data: dict[str, Any] | None) -> Side:
    if data is None or not folder.is_dir():
        raise ContentError(file, 1, f"“{folder.name}” needs a table here and a folder beside this file")
    _known(file, data, SIDE_KEYS)
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    files = {path.relative_to(folder).as_posix(): path.read_text("utf-8") for path in paths}
    show = tuple(data.get("show", ["Dockerfile"]))
    for name in show:
        if name not in files:
            raise ContentError(file, 1, f"“{folder.name}” shows {name}, which is not in its folder")
    return Side(data["title"], data.get("text", ""), show, files)


def _measure(file: str, data: dict[str, Any], figures: Mapping[str, Any]) -> Measure:
    _known(file, data, MEASURE_KEYS)
    if data.get("unit", "") not in UNITS:
        raise ContentError(file, 1, f"unknown unit “{data['unit']}”; known: {', '.join(sorted(UNITS))}")
    values = figures.get(data["id"], {})
    labels = {side: data[side] for side in SIDES}
    return Measure(data["id"], data["title"], data["take"], data.get("unit", ""), labels, values)


def _known(file: str, data: Mapping[str, Any], keys: set[str]) -> None:
    for key in data.keys() - keys:
        raise ContentError(file, 1, f"unknown key “{key}”")
