"""Small lessons on disk, to be broken in one place."""

from __future__ import annotations

from pathlib import Path

LESSON = """number = 9
title = "Small"
lead = "A lesson for tests."

[[part]]
id = "all"
title = "All"
sections = ["images"]
"""
SECTION = """+++
skill = "architecture.images"
lab = "hello-image"
claim = "An image is a stack of layers."
+++
A layer is a difference. See [this section](#images).
"""
QUIZ = """skill = "architecture.images"

[[question]]
id = "one"
type = "single"
text = "Which one?"
choices = [
  { text = "This", right = true, why = "Because." },
  { text = "That", why = "No." },
  { text = "Neither", why = "No." },
]
"""


def small(folder: Path, **changes: str) -> Path:
    """A lesson that loads; `changes` replace its files: lesson, section, quiz."""
    place = folder / "small"
    (place / "quiz").mkdir(parents=True)
    (place / "lesson.toml").write_text(changes.get("lesson", LESSON), "utf-8")
    (place / "images.md").write_text(changes.get("section", SECTION), "utf-8")
    (place / "quiz" / "images.toml").write_text(changes.get("quiz", QUIZ), "utf-8")
    return place
