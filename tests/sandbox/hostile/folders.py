"""Cases written for one test."""

from __future__ import annotations

from pathlib import Path

from sandbox.hostile import cases
from sandbox.hostile.cases import EXPECT, Case

TEXT = 'title = "Made for this test"\nvia = "submission"\noutcome = "build-failed"\nlayer = "engine"\n'


def folder(root: Path, text: str = TEXT, *, family: str = "build", **files: str) -> Path:
    place = root / family / "made"
    place.mkdir(parents=True)
    (place / EXPECT).write_text(text, "utf-8")
    for name, body in files.items():
        (place / name).write_text(body, "utf-8")
    return place


def case(root: Path, text: str = TEXT, **files: str) -> Case:
    return cases.load(folder(root, text, **files))
