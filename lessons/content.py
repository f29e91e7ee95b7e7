"""The lesson's folder, loaded strictly into frozen data: an unknown key, skill or link target refuses to load."""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from lessons import blocks, skills
from lessons.blocks import Block
from lessons.errors import ContentError

COURSE = Path(__file__).parent / "course"
KEYS = {"id", "title", "claim", "skill", "lab", "lab_title", "lab_text"}
LINK = re.compile(r"\]\((?P<target>[^)\s]+)")


@dataclass(frozen=True, slots=True)
class Section:
    """One file of the lesson. `anchor` is the skill's own part of its id, where the section teaches one."""

    anchor: str
    title: str
    claim: str
    skill: str
    lab: str  # slug of the lab that practises it, or ""
    lab_title: str
    lab_text: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Part:
    anchor: str
    title: str
    lead: str
    sections: tuple[Section, ...]


@dataclass(frozen=True, slots=True)
class Lesson:
    number: int
    title: str
    lead: str
    parts: tuple[Part, ...]
    digest: str = ""  # of all files: names this version of the text

    @property
    def sections(self) -> Iterator[Section]:
        return (section for part in self.parts for section in part.sections)


@lru_cache(maxsize=4)
def load(slug: str) -> Lesson:
    """The lesson `slug`, read once in a process. Raises ContentError naming file and line."""
    return read(COURSE / slug)


def read(folder: Path) -> Lesson:
    """Read and check a lesson's folder: `lesson.toml` and the Markdown files that it names."""
    index = tomllib.loads((folder / "lesson.toml").read_text("utf-8"))
    parts = tuple(_part(folder, data) for data in index["part"])
    lesson = Lesson(index["number"], index["title"], index["lead"], parts)
    files = sorted(folder.glob("*.md"))
    _refuse_repeats(lesson)
    _check_links(files, {section.anchor for section in lesson.sections} | {part.anchor for part in parts})
    _refuse_forgotten(files, index)
    return replace(lesson, digest=_digest([folder / "lesson.toml", *files]))


def _part(folder: Path, data: dict[str, Any]) -> Part:
    sections = tuple(_section(folder / f"{name}.md") for name in data["sections"])
    return Part(data["id"], data["title"], data.get("lead", ""), sections)


def _section(path: Path) -> Section:
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
        title=keys["title"],
        claim=keys.get("claim", ""),
        skill=skill,
        lab=keys.get("lab", ""),
        lab_title=keys.get("lab_title", ""),
        lab_text=keys.get("lab_text", ""),
        blocks=blocks.parse(path.name, lines[end + 1 :], end + 2),
    )


def _keys(file: str, lines: list[str]) -> dict[str, str]:
    try:
        keys = tomllib.loads("\n".join(lines))
    except tomllib.TOMLDecodeError as error:
        raise ContentError(file, 1, f"the keys at the top are not TOML: {error}") from error
    for key in keys:
        if key not in KEYS:
            raise ContentError(file, _line_of(["+++", *lines], key), f"unknown key “{key}”")
    if "title" not in keys:
        raise ContentError(file, 1, "a section needs a title")
    return keys


def _line_of(lines: list[str], key: str) -> int:
    return next((number for number, line in enumerate(lines, 1) if re.match(rf"{key}\s*=", line)), 1)


def _refuse_repeats(lesson: Lesson) -> None:
    seen: set[str] = set()
    for anchor in [*(part.anchor for part in lesson.parts), *(section.anchor for section in lesson.sections)]:
        if anchor in seen:
            raise ContentError("lesson.toml", 1, f"two places share the anchor “{anchor}”")
        seen.add(anchor)


def _refuse_forgotten(files: list[Path], index: dict[str, Any]) -> None:
    named = {name for data in index["part"] for name in data["sections"]}
    for path in files:
        if path.stem not in named:
            raise ContentError(path.name, 1, "this file is in no part of lesson.toml")


def _check_links(files: list[Path], anchors: set[str]) -> None:
    """Links lead to an anchor of this lesson, to a lab, or to another site; anything else is a slip."""
    for path in files:
        fenced = False
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
            fenced ^= line.startswith("```")
            for link in [] if fenced else LINK.finditer(line):
                target = link["target"]
                if target.startswith("#") and target[1:] not in anchors:
                    raise ContentError(path.name, number, f"no section has the anchor “{target}”")
                if not target.startswith(("#", "https://", "/labs/")):
                    raise ContentError(path.name, number, f"a link to “{target}” leads out of the lesson")


def _digest(files: list[Path]) -> str:
    content = hashlib.sha256()
    for path in files:
        content.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return content.hexdigest()
