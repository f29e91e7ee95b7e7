"""The lesson's folder, loaded strictly into frozen data: an unknown key, skill or link target refuses to load.

lesson.toml      number, title, lead, the parts and their sections
*.md             one file a section (`lessons.sectionfile`)
quiz/*.toml      questions (`lessons.quiz.loading`); quiz/measured.json holds the answers of predict questions
examples/*/      worked examples (`lessons.examples`)
*.drawio         diagrams (`lessons.diagrams`)
glossary.toml    terms, linked at first use (`lessons.glossary`)
concepts.toml    what each lab needs, and the section that teaches it (`lessons.concepts`)
"""

from __future__ import annotations

import hashlib
import json
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from lessons import concepts, diagrams, examples, sectionfile
from lessons import glossary as glossaries
from lessons.blocks import Block, Parts
from lessons.concepts import Concept
from lessons.diagrams import Diagram
from lessons.errors import ContentError
from lessons.examples import Example
from lessons.glossary import Term
from lessons.quiz import loading
from lessons.quiz.questions import Question
from lessons.sectionfile import Section

COURSE = Path(__file__).parent / "course"
LINK = re.compile(r"\]\((?P<target>[^)\s]+)")
TEXTS = {".md", ".toml", ".json", ".drawio"}


@dataclass(frozen=True, slots=True)
class Part:
    anchor: str
    title: str
    lead: str
    sections: tuple[Section, ...]


@dataclass(frozen=True, slots=True)
class Lesson:
    slug: str
    number: int
    title: str
    lead: str
    parts: tuple[Part, ...]
    questions: tuple[Question, ...] = ()
    terms: tuple[Term, ...] = ()
    examples: Mapping[str, Example] | None = None
    diagrams: tuple[Diagram, ...] = ()
    concepts: tuple[Concept, ...] = ()
    digest: str = ""  # of all files: names this version of the text

    @property
    def needs(self) -> Mapping[str, tuple[Concept, ...]]:
        """What each lab needs, by its slug."""
        labs = dict.fromkeys(one.lab for one in self.concepts)
        return {lab: tuple(one for one in self.concepts if one.lab == lab) for lab in labs}

    @property
    def sections(self) -> Iterator[Section]:
        return (section for part in self.parts for section in part.sections)

    def question(self, id: str) -> Question | None:  # noqa: A002  # it is the question's id
        return next((question for question in self.questions if question.id == id), None)

    def practice(self, skill: str) -> tuple[Question, ...]:
        return tuple(one for one in self.questions if one.skill == skill and one.pool == "practice")


def slugs() -> list[str]:
    """Every lesson: a folder with a `lesson.toml`."""
    return sorted(path.parent.name for path in COURSE.glob("*/lesson.toml"))


@lru_cache(maxsize=8)
def load(slug: str) -> Lesson:
    """The lesson `slug`, read once in a process. Raises ContentError naming file and line."""
    return read(COURSE / slug)


def read(folder: Path) -> Lesson:
    """Read and check a lesson's folder."""
    index = tomllib.loads((folder / "lesson.toml").read_text("utf-8"))
    known = Parts(
        {path.stem: diagrams.read(path) for path in sorted(folder.glob("*.drawio"))}, examples.load(folder / "examples")
    )
    questions = loading.load(folder / "quiz", _measured(folder / "quiz" / "measured.json"))
    terms = glossaries.load(folder / "glossary.toml")
    parts = tuple(_part(folder, data, known, questions) for data in index["part"])
    lesson = Lesson(folder.name, index["number"], index["title"], index["lead"], parts, questions, terms)
    _check(lesson, folder, index, known)
    lesson = replace(lesson, concepts=concepts.load(folder / concepts.FILE))
    concepts.check(lesson.concepts, tuple(lesson.sections), folder / concepts.FILE)
    return replace(
        _linked(lesson), examples=known.examples, diagrams=tuple(known.diagrams.values()), digest=digest(folder)
    )


def digest(folder: Path) -> str:
    """Of every text of the lesson, wherever in its folder."""
    content = hashlib.sha256()
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        content.update(path.relative_to(folder).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return content.hexdigest()


def _part(folder: Path, data: dict[str, Any], known: Parts, questions: tuple[Question, ...]) -> Part:
    read = [sectionfile.read(folder / f"{name}.md", known) for name in data["sections"]]
    sections = tuple(
        replace(
            one, questions=tuple(q for q in questions if one.skill and q.skill == one.skill and q.pool == "practice")
        )
        for one in read
    )
    return Part(data["id"], data["title"], data.get("lead", ""), sections)


def _measured(path: Path) -> Mapping[str, str]:
    if not path.exists():
        return {}
    return {key: str(one["answer"]) for key, one in json.loads(path.read_text("utf-8")).items()}


def _check(lesson: Lesson, folder: Path, index: dict[str, Any], known: Parts) -> None:
    anchors = _anchors(lesson)
    files = sorted(folder.glob("*.md"))
    named = {name for data in index["part"] for name in data["sections"]}
    for path in files:
        if path.stem not in named:
            raise ContentError(path.name, 1, "this file is in no part of lesson.toml")
    _check_links(files, anchors)
    for name, diagram in known.diagrams.items():
        for anchor, label in diagram.links:
            if anchor not in anchors:
                raise ContentError(f"{name}.drawio", 1, f"“{label}” links to #{anchor}, which is nowhere in the lesson")
    taught = {section.skill for section in lesson.sections}
    for question in lesson.questions:
        if question.skill not in taught:
            file, _, line = question.source.partition(":")
            raise ContentError(file, int(line), f"no section of this lesson teaches “{question.skill}”")


def _anchors(lesson: Lesson) -> set[str]:
    seen: set[str] = set()
    places = [*(part.anchor for part in lesson.parts), *(section.anchor for section in lesson.sections)]
    glossary = ["glossary", *(term.anchor for term in lesson.terms)] if lesson.terms else []
    for anchor in [*places, *glossary]:
        if anchor in seen:
            raise ContentError("lesson.toml", 1, f"two places share the anchor “{anchor}”")
        seen.add(anchor)
    return seen


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


def _linked(lesson: Lesson) -> Lesson:
    """Terms of the glossary, linked where the page says them first. One that it never says is a slip."""
    linker = glossaries.Linker(lesson.terms)

    def section(one: Section) -> Section:
        return replace(one, blocks=tuple(block(each) for each in one.blocks))

    def block(one: Block) -> Block:
        return replace(one, html=linker(one.html)) if one.kind in {"text", "why"} else one

    parts = tuple(replace(part, sections=tuple(map(section, part.sections))) for part in lesson.parts)
    for name in glossaries.unused(lesson.terms, linker.linked):
        raise ContentError("glossary.toml", 1, f"“{name}” is explained, and the lesson never says it")
    return replace(lesson, parts=parts)
