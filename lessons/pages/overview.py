"""Mastery of one learner or of a cohort, from rows to what the templates show."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.urls import NoReverseMatch, reverse

from lessons import outside
from lessons.advice import Advice, advise
from lessons.content import Lesson
from lessons.mastery import Level, Row, State, rolled_up, state
from lessons.models import Evidence
from lessons.quiz.forms import plain
from lessons.quiz.questions import Question
from lessons.quiz.variants import vary
from lessons.skills import OBJECTIVES, SKILLS, Objective, Skill
from people.models import User

EVIDENCE_SHOWN = 12
WORDS_SHOWN = 72  # characters of a question, in the list of evidence
WORDS: Mapping[Level, tuple[str, str, str]] = {  # sign, word, tone
    Level.NEW: ("○", "Not started", ""),
    Level.LEARNING: ("◔", "Learning", "running"),
    Level.PRACTISED: ("◑", "Practised", "limit"),
    Level.MASTERED: ("●", "Mastered", "passed"),
}


@dataclass(frozen=True, slots=True)
class Shown:
    """A level as it is shown: never a colour alone."""

    sign: str
    word: str
    tone: str

    @classmethod
    def of(cls, level: Level) -> Shown:
        return cls(*WORDS[level])


@dataclass(frozen=True, slots=True)
class Line:
    """One piece of evidence in words."""

    what: str
    passed: bool
    share: float
    at: datetime
    url: str


@dataclass(frozen=True, slots=True)
class SkillRow:
    skill: Skill
    level: Shown
    state: State
    evidence: tuple[Line, ...]
    more: int  # older pieces, not shown


@dataclass(frozen=True, slots=True)
class ObjectiveRows:
    objective: Objective
    level: Shown
    skills: tuple[SkillRow, ...]
    mastered: int
    practised: int  # or further


@dataclass(frozen=True, slots=True)
class Overview:
    objectives: tuple[ObjectiveRows, ...]
    advice: tuple[tuple[Advice, str], ...]  # with the address it leads to
    mastered: int
    total: int


Rows = Mapping[str, list[Row]]


def taught(lesson: Lesson) -> list[str]:
    """The skills of a lesson in its order."""
    return [section.skill for section in lesson.sections if section.skill]


def rows_of(learners: Iterable[User]) -> dict[int, dict[str, list[Row]]]:
    """Every learner's evidence by skill, in one query."""
    found: dict[int, dict[str, list[Row]]] = {}
    wanted = Evidence.objects.filter(learner__in=list(learners))
    for learner, skill, source, passed, points, most, at in wanted.values_list(
        "learner_id", "skill", "source", "passed", "points", "max_points", "at"
    ):
        row = Row(source, passed, points / most if most else float(passed), at)
        found.setdefault(learner, {}).setdefault(skill, []).append(row)
    return found


def states(lesson: Lesson, rows: Rows, gap_hours: int) -> list[State]:
    checks = outside.checks_by_skill()
    return [
        state(
            skill,
            rows.get(skill, []),
            [question.id for question in lesson.practice(skill) if question.type != "own"],  # those wait for a build
            checks.get(skill, ()),
            timedelta(hours=gap_hours),
        )
        for skill in taught(lesson)
    ]


def overview(lesson: Lesson, rows: Rows, gap_hours: int, now: datetime) -> Overview:
    found = states(lesson, rows, gap_hours)
    objectives = []
    for objective in OBJECTIVES.values():
        own = [one for one in found if SKILLS[one.skill].objective == objective.id]
        if own:
            objectives.append(_objective(lesson, objective, own))
    advice = tuple((one, _goal(lesson, one)) for one in advise(found, now))
    return Overview(tuple(objectives), advice, sum(one.level is Level.MASTERED for one in found), len(found))


def _objective(lesson: Lesson, objective: Objective, own: Sequence[State]) -> ObjectiveRows:
    return ObjectiveRows(
        objective,
        Shown.of(rolled_up(own)),
        tuple(_skill(lesson, one) for one in own),
        sum(one.level is Level.MASTERED for one in own),
        sum(one.level >= Level.PRACTISED for one in own),
    )


def _skill(lesson: Lesson, one: State) -> SkillRow:
    lines = tuple(_line(lesson, one, row) for row in one.rows[:EVIDENCE_SHOWN])
    return SkillRow(SKILLS[one.skill], Shown.of(one.level), one, lines, max(0, len(one.rows) - EVIDENCE_SHOWN))


def _line(lesson: Lesson, one: State, row: Row) -> Line:
    parts = row.parts
    if row.is_quiz:
        address = reverse("lessons:practice", args=[lesson.slug, SKILLS[one.skill].anchor])
        question = lesson.question(parts[1])
        return Line(_asked(question, parts[2]), row.passed, row.share, row.at, f"{address}#q-{parts[1]}")
    title = next((c.title for c in one.checks if (c.lab, c.id) == (parts[1], parts[3])), parts[3])
    try:
        address = reverse("labs:submission", args=[parts[2]])
    except NoReverseMatch:
        address = ""
    return Line(f"Check: {title}", row.passed, row.share, row.at, address)


def _asked(question: Question | None, variant: str) -> str:
    """The beginning of what was asked, as it was asked; a question that is gone has no words left."""
    if question is None:
        return "A question of an earlier version"
    number = int(variant[1:]) if variant[:1] == "v" and variant[1:].isdigit() else 0
    text = plain(vary(question, min(number, question.variant_count - 1)).text).split("\n")[0]
    kind = "Assessment" if question.pool == "assessment" else "Question"
    return f"{kind}: {text if len(text) <= WORDS_SHOWN else text[:WORDS_SHOWN].rsplit(' ', 1)[0] + ' …'}"


def _goal(lesson: Lesson, advice: Advice) -> str:
    anchor = SKILLS[advice.skill].anchor
    if advice.goal == "lab":
        return f"/labs/{advice.lab}/"
    if advice.goal == "practice":
        return reverse("lessons:practice", args=[lesson.slug, anchor])
    return f"{reverse('lessons:lesson', args=[lesson.slug])}#{anchor}"
