from __future__ import annotations

import json
from pathlib import Path

import pytest

from lessons import content, examples
from lessons.errors import ContentError

FOLDER = content.COURSE / "containerization" / "examples"
TOML = """lab = "layer-caching"

[bad]
title = "Bad"

[good]
title = "Good"

[[measure]]
id = "size"
title = "Size"
take = "image.size"
unit = "MB"
bad = "Large"
good = "Small"
"""


def example(folder: Path, text: str = TOML) -> Path:
    for side in ("bad", "good"):
        (folder / "one" / side).mkdir(parents=True)
        (folder / "one" / side / "Dockerfile").write_text("FROM scratch\n")
    (folder / "one" / "example.toml").write_text(text)
    return folder


def store(folder: Path, digest: str) -> None:
    kept = {"one": {"digest": digest, "engine": "e", "figures": {"size": {"bad": 90_000_000, "good": 800_000}}}}
    (folder / examples.STORED).write_text(json.dumps(kept))


def test_figures_are_shown_while_the_folder_is_the_one_that_was_measured(tmp_path: Path) -> None:
    folder = example(tmp_path)
    store(folder, examples.digest(folder / "one"))
    assert examples.load(folder)["one"].measures[0].values == {"bad": 90_000_000, "good": 800_000}
    (folder / "one" / "bad" / "Dockerfile").write_text("FROM scratch\nUSER 1\n")
    assert not examples.load(folder)["one"].measured


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("take", "tale", "unknown key “tale”"),
        ('unit = "MB"', 'unit = "furlong"', "unknown unit “furlong”"),
        ('title = "Bad"', 'title = "Bad"\nshow = ["gone.py"]', "“bad” shows gone.py, which is not in its folder"),
        ("[good]", "[ugly]", "unknown key “ugly”"),
    ],
)
def test_a_slip_refuses_to_load(tmp_path: Path, old: str, new: str, message: str) -> None:
    with pytest.raises(ContentError, match=message):
        examples.load(example(tmp_path, TOML.replace(old, new)))


def test_every_example_of_the_lesson_was_measured_as_it_stands() -> None:
    """`manage.py examples measure` writes the figures; an edit of an example needs another run."""
    stale = [name for name, one in examples.load(FOLDER).items() if not one.measured]
    assert stale == []


@pytest.mark.parametrize(
    ("value", "unit", "text"), [(812_345, "MB", "0.8 MB"), (123e6, "MB", "123 MB"), (2.0, "", "2")]
)
def test_a_figure_is_shown_in_its_unit(value: float, unit: str, text: str) -> None:
    assert examples.shown(value, unit) == text
