"""One Markdown file of a lesson → a Section: keys between two lines `+++`, then the body's blocks."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from lessons import blocks, skills
from lessons.blocks import Block, Parts
from lessons.errors import ContentError
from lessons.quiz.questions import Question
from lessons.rendering import inline

KEYS = {"id", "title", "claim", "skill", "lab", "lab_text"}


@dataclass(frozen=True, slots=True)
class Section:
    """One file of the lesson. Where it teaches a skill, it has the skill's title, and `anchor` is the skill's name."""

    anchor: str
    title: str
    claim: str
    skill: str
    lab: str  # slug of the lab that practises it, or ""
    lab_text: str
    blocks: tuple[Block, ...]
    questions: tuple[Question, ...] = ()  # practice questions of its skill
    text: str = ""  # the words of the body, for searching
    source: str = ""  # everything that a reader sees: the body as it was written, and the files of its examples

    @property
    def claim_html(self) -> str:
        return inline(self.claim)


def read(path: Path, parts: Parts) -> Section:
    lines = path.read_text("utf-8").splitlines()
    if not lines or lines[0] != "+++" or "+++" not in lines[1:]:
        raise ContentError(path.name, 1, "a section begins with its keys between two lines `+++`")
    end = lines.index("+++", 1)
    keys = _keys(path.name, lines[1:end])
    skill = keys.get("skill", "")
    if skill and skill not in skills.SKILLS:
        raise ContentError(path.name, _line_of(lines, "skill"), f"unknown skill “{skill}”")
    return Section(
        anchor=skill.partition(".")[2] or keys.get("id", path.stem),
        title=keys.get("title") or skills.SKILLS[skill].title,
        claim=keys.get("claim", ""),
        skill=skill,
        lab=keys.get("lab", ""),
        lab_text=keys.get("lab_text", ""),
        blocks=blocks.parse(path.name, lines[end + 1 :], end + 2, parts),
        text=_words(lines[end + 1 :]),
        source="\n".join([*lines[end + 1 :], *_shown(lines[end + 1 :], parts)]),
    )


def _keys(file: str, lines: list[str]) -> dict[str, str]:
    try:
        keys = tomllib.loads("\n".join(lines))
    except tomllib.TOMLDecodeError as error:
        raise ContentError(file, 1, f"the keys at the top are not TOML: {error}") from error
    for key in keys:
        if key not in KEYS:
            raise ContentError(file, _line_of(["+++", *lines], key), f"unknown key “{key}”")
    if ("title" in keys) == ("skill" in keys):
        raise ContentError(file, 1, "a section needs a title, or a skill whose title it has")
    return keys


def _line_of(lines: list[str], key: str) -> int:
    return next((number for number, line in enumerate(lines, 1) if re.match(rf"{key}\s*=", line)), 1)


def _shown(lines: list[str], parts: Parts) -> Iterator[str]:
    """The texts and files of the examples that the body names."""
    for line in lines:
        name = line.removeprefix("::: example ").strip()
        if line.startswith("::: example ") and name in parts.examples:
            for side in parts.examples[name].sides.values():
                yield side.text
                yield from (side.files[file] for file in side.show)


def _words(lines: list[str]) -> str:
    """The body without fences and marks: what a reader would search for."""
    kept = [line for line in lines if not line.startswith(("```", ":::", "---"))]
    return re.sub(r"\s+", " ", re.sub(r"\]\([^)]*\)|[*`\[\]|#]", " ", "\n".join(kept))).strip()
