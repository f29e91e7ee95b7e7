"""`quiz/*.toml` of a lesson → questions. Strict: every slip is an error that names file and line.

A file begins with `skill = "…"` and holds `[[question]]` tables. Which keys a question may have depends on its type.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from lessons import skills
from lessons.errors import ContentError
from lessons.quiz import sense
from lessons.quiz.keys import COMMON, KEYS, MOST_VARIANTS, NEEDED, PARTS
from lessons.quiz.questions import TYPES, Choice, Params, Question, Trial
from lessons.quiz.variants import RIGHT, vary

Answers = Mapping[str, str] | None


def load(folder: Path, answers: Answers) -> tuple[Question, ...]:
    """All questions of `folder`. `answers`: what `quiz verify` measured, by "question" or "question#variant".

    Without any (None) predict questions have no right choice: that is how they are read to be verified.
    """
    questions: list[Question] = []
    lines: dict[str, str] = {}
    for path in sorted(folder.glob("*.toml")):
        for question in _file(path, answers):
            if question.id in lines:
                file, _, line = question.source.partition(":")
                raise ContentError(file, int(line), f"the id “{question.id}” is used at {lines[question.id]} too")
            lines[question.id] = question.source
            questions.append(question)
    return tuple(questions)


def _file(path: Path, answers: Answers) -> list[Question]:
    text = path.read_text("utf-8")
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        found = re.search(r"line (\d+)", str(error))
        raise ContentError(path.name, int(found[1]) if found else 1, f"this is not TOML: {error}") from error
    numbered = text.splitlines()
    skill = data.get("skill", "")
    if skill not in skills.SKILLS:
        raise ContentError(path.name, _line(numbered, 1, "skill"), f"unknown skill “{skill}”")
    for key in data.keys() - {"skill", "question"}:
        raise ContentError(path.name, _line(numbered, 1, key), f"unknown key “{key}”")
    starts = [number for number, line in enumerate(numbered, 1) if line.strip() == "[[question]]"]
    tables = data.get("question", [])
    return [
        _Reader(path.name, numbered, start, table, answers).question(skill)
        for start, table in zip(starts, tables, strict=True)
    ]


def _line(lines: list[str], start: int, key: str) -> int:
    """The line of a key at or below line `start`; `start` itself when it stands nowhere."""
    found = (number for number, line in enumerate(lines[start - 1 :], start) if re.match(rf"{re.escape(key)}\b", line))
    return next(found, start)


class _Reader:
    """One `[[question]]` table, with where it stands."""

    def __init__(self, file: str, lines: list[str], start: int, table: dict[str, Any], answers: Answers) -> None:
        self.file, self.lines, self.start, self.table, self.answers = file, lines, start, table, answers

    def refuse(self, key: str, message: str) -> ContentError:
        return ContentError(self.file, _line(self.lines, self.start, key), message)

    def question(self, skill: str) -> Question:
        table, kind = self.table, self.table.get("type")
        if kind not in TYPES:
            raise self.refuse("type", f"unknown type “{kind}”; known: {', '.join(TYPES)}")
        self._keys(kind)
        made = Question(
            id=table["id"],
            skill=skill,
            type=kind,
            text=table["text"].strip(),
            choices=self._choices(),
            accept=tuple(table.get("accept", ())),
            near=self._list("near"),
            why=table.get("why", ""),
            otherwise=table.get("otherwise", ""),
            exact_case=table.get("exact_case", False),
            pool=table.get("pool", "practice"),
            variants=self._variants(),
            file=table.get("file", "Dockerfile"),
            lab=table.get("lab", ""),
            ask=table.get("ask", ""),
            trial=self._trial(),
            source=f"{self.file}:{self.start}",
        )
        for key, message in sense.complaints(made):
            raise self.refuse(key, message)
        return replace(made, measured=self._measured(made)) if kind == "predict" else made

    def _keys(self, kind: str) -> None:
        for key in self.table.keys() - COMMON - KEYS[kind]:
            raise self.refuse(key, f"a question of type {kind} has no key “{key}”")
        for key in sorted(({"id", "type", "text"} | NEEDED[kind]) - self.table.keys()):
            raise self.refuse("id", f"a question of type {kind} needs “{key}”")
        if not re.fullmatch(r"(?=.{1,64}$)[a-z0-9]+(-[a-z0-9]+)*", self.table["id"]):
            raise self.refuse("id", "an id is made of small letters, digits and single hyphens, at most 64 in all")
        if self.table.get("pool", "practice") not in {"practice", "assessment"}:
            raise self.refuse("pool", "a pool is “practice” or “assessment”")

    def _choices(self) -> tuple[Choice, ...]:
        return (
            self._list("choices")
            + self._list("items")
            + self._list("lines")
            + self._list("pairs")
            + self._list("others")
        )

    def _list(self, key: str) -> tuple[Choice, ...]:
        allowed, needed = PARTS[key]
        found = []
        for number, part in enumerate(self.table.get(key, ()), 1):
            for name in part.keys() - allowed:
                raise self.refuse(key, f"number {number} of “{key}” has an unknown key “{name}”")
            wanted = needed | ({"why"} if key == "lines" and part.get("text", "").strip() else set())
            for name in sorted(name for name in wanted if name != "text" and not str(part.get(name, "")).strip()):
                words = "no feedback (`why`)" if name == "why" else f"no “{name}”"
                raise self.refuse(key, f"number {number} of “{key}” has {words}")
            right = part.get("right", part.get("wrong", False))
            why, match, value = part.get("why", ""), part.get("match", ""), str(part.get("value", ""))
            found.append(Choice(part["text"], why, right, match, value, part.get("why_right", "")))
        return tuple(found)

    def _variants(self) -> tuple[Params, ...]:
        variants = self.table.get("variants", [])
        if not variants:
            return ()
        if len(variants) > MOST_VARIANTS or any(v.keys() != variants[0].keys() for v in variants):
            raise self.refuse("variants", f"at most {MOST_VARIANTS} variants, all with the same names")
        for name in variants[0].keys() - {RIGHT}:
            if "{" + name + "}" not in str(self.table):
                raise self.refuse("variants", f"the parameter “{name}” is used nowhere")
        return tuple({name: str(value) for name, value in variant.items()} for variant in variants)

    def _trial(self) -> Trial | None:
        table = self.table.get("trial")
        if table is None:
            return None
        if table.keys() - {"files", "measure", "edit"} or not {"files", "measure"} <= table.keys():
            raise self.refuse("trial", "a trial has “files”, “measure” and, where something is edited, “edit”")
        return Trial(dict(table["files"]), table["measure"], dict(table.get("edit", {})))

    def _measured(self, made: Question) -> tuple[str, ...]:
        """Each variant of a predict question has a measured answer, and one choice that says it."""
        answers = self.answers
        if answers is None:
            return ()
        for variant in range(made.variant_count):
            key = answer_key(made, variant)
            if key not in answers:
                raise self.refuse("id", f"nothing is measured for “{key}”; run `manage.py quiz verify --write`")
            values = [choice.value for choice in vary(made, variant).choices]
            if values.count(answers[key]) != 1:
                raise self.refuse("choices", f"no single choice has the measured value “{answers[key]}”")
        return tuple(answers[answer_key(made, variant)] for variant in range(made.variant_count))


def answer_key(question: Question, variant: int) -> str:
    return f"{question.id}#{variant}" if question.variants else question.id
