"""A learner's tries at questions: what was answered, what may be shown, and the line in the ledger."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from html import escape

from django.db import IntegrityError, transaction

from lessons import outside
from lessons.models import Answer, Assessment, Evidence, QuizSettings
from lessons.outside import OwnBuild
from lessons.quiz import grading
from lessons.quiz.grading import Mark, Result
from lessons.quiz.questions import Choice, Given, Question
from lessons.quiz.variants import first_seed, next_seed, variant_of, vary
from lessons.rendering import inline
from people.models import Membership, User

GROUPS = 12  # of readers who begin with the same seeds
PASSED = 0.8  # share of the points that counts as shown


@dataclass(frozen=True, slots=True)
class Try:
    """Where a reader stands with one question. `number` tries are used; 0: nothing answered yet."""

    question: Question  # varied, with the choices that were asked
    seed: int
    number: int = 0
    given: Given | None = None
    result: Result | None = None
    closed: bool = False  # no further try at this variant
    revealed: bool = False  # every choice may be explained
    left: int = 0  # tries that remain
    own: OwnBuild | None = None

    @property
    def blank(self) -> bool:
        """An assessment was finished without it."""
        return self.result is not None and not self.given

    @property
    def percent(self) -> int:
        return round(100 * self.result.score) if self.result else 0

    @property
    def marks(self) -> tuple[Mark, ...]:
        """Reasons for what was picked, as HTML."""
        return self._html(self.result.marks) if self.result else ()

    @property
    def solution(self) -> tuple[Mark, ...]:
        """Reasons for every choice, as HTML."""
        return self._html(self.result.solution) if self.result else ()

    def _html(self, marks: tuple[Mark, ...]) -> tuple[Mark, ...]:
        as_code = self.question.type == "hotspot"
        return tuple(
            Mark(f"<code>{escape(m.label.strip())}</code>" if as_code else inline(m.label), m.right, inline(m.why))
            for m in marks
        )

    @property
    def waits(self) -> bool:
        """An own-build question without a build."""
        return self.question.type == "own" and self.own is None


def settings_of(user: User | None) -> QuizSettings:
    """The rules of the learner's cohort, or the defaults. One query: every page of the lesson asks it."""
    if user is None:
        return QuizSettings()
    joined = Membership.objects.filter(user=user, role=Membership.Role.LEARNER).order_by("-pk")
    last = joined.select_related("cohort__quiz_settings").first()
    return getattr(last.cohort, "quiz_settings", None) or QuizSettings() if last else QuizSettings()


def group_of(user: User | None) -> int:
    return user.pk % GROUPS if user else 0


def fresh(question: Question, seed: int, user: User | None, rules: QuizSettings) -> Try:
    """The question as it is before any try."""
    asked, own = _asked(question, seed, user)
    seed = _own_seed(own) if own else seed
    return Try(asked, seed, left=rules.attempts, own=own)


def begin(question: Question, user: User | None, rules: QuizSettings) -> Try:
    return fresh(question, first_seed(question, group_of(user)), user, rules)


def latest(user: User, questions: Iterable[Question]) -> dict[str, Answer]:
    """The last practice answer to each question, by its id."""
    wanted = {one.id for one in questions}
    rows = Answer.objects.filter(learner=user, assessment=None)
    if len(wanted) == 1:
        rows = rows.filter(question__in=wanted)
    return {row.question: row for row in rows.order_by("pk") if row.question in wanted}


def resume(question: Question, row: Answer, rules: QuizSettings) -> Try:
    """Where the learner left it."""
    asked = vary(question, row.variant) if row.asked is None else replace(question, choices=_stored(row.asked))
    own = outside.own_build(row.learner_id, question.lab, question.ask) if question.type == "own" else None
    return _after(Try(asked, row.seed, own=own), row.number, row.given, rules)


def another(question: Question, user: User, rules: QuizSettings) -> Try:
    """A variant that was not seen yet, or the one seen longest ago."""
    seeds = Answer.objects.filter(learner=user, question=question.id, assessment=None).order_by("pk")
    return fresh(question, next_seed(question, list(dict.fromkeys(seeds.values_list("seed", flat=True)))), user, rules)


def judge(now: Try, given: Given, number: int, rules: QuizSettings) -> Try:
    """The same question after one more answer; stores nothing."""
    return _after(now, number, given, rules)


def submit(question: Question, now: Try, given: Given, user: User, rules: QuizSettings) -> Try:
    """Store one more try and what it shows. A try too many stores nothing and shows where things stand."""
    rows = Answer.objects.filter(learner=user, question=question.id, seed=now.seed, assessment=None)
    last = rows.order_by("number").last()
    if last is not None and resume(question, last, rules).closed:
        return resume(question, last, rules)
    number = last.number + 1 if last else 1
    after = _after(now, number, given, rules)
    try:
        with transaction.atomic():
            row = store(question, after, user, None)
    except IntegrityError:  # the same form, sent twice at once
        return after
    return replace(after, number=row.number)


def store(question: Question, tried: Try, user: User, assessment: Assessment | None) -> Answer:
    """One row of answers and, unless it was left blank, one of evidence; in the caller's transaction."""
    assert tried.result is not None  # noqa: S101  # only a judged try is stored
    row = Answer.objects.create(
        learner=user,
        question=question.id,
        seed=tried.seed,
        variant=variant_of(question, tried.seed),
        number=max(1, tried.number),
        given=tried.given,
        asked=[_kept(choice) for choice in tried.question.choices] if tried.own else None,
        score=tried.result.score,
        assessment=assessment,
    )
    if tried.blank:
        return row  # nothing was tried, so nothing was shown
    variant = tried.own.of if tried.own else f"v{row.variant}"
    Evidence.objects.create(
        learner=user,
        skill=question.skill,
        source=f"quiz/{question.id}/{variant}/{row.pk}",
        passed=tried.result.score >= PASSED,
        points=tried.result.score,
        max_points=1.0,
    )
    return row


def _after(now: Try, number: int, given: Given, rules: QuizSettings) -> Try:
    result = grading.grade(now.question, given)
    spent = number >= rules.attempts
    may = {QuizSettings.Reveal.SPENT: result.right or spent, QuizSettings.Reveal.RIGHT: result.right}
    return replace(
        now,
        number=number,
        given=given,
        result=result,
        closed=result.right or spent,
        revealed=may.get(QuizSettings.Reveal(rules.reveal), False),
        left=max(0, rules.attempts - number),
    )


def _asked(question: Question, seed: int, user: User | None) -> tuple[Question, OwnBuild | None]:
    if question.type != "own":
        return vary(question, variant_of(question, seed)), None
    own = outside.own_build(user.pk, question.lab, question.ask) if user else None
    return replace(question, choices=own.choices if own else ()), own


def _own_seed(own: OwnBuild) -> int:
    return uuid.uuid5(uuid.NAMESPACE_OID, own.of).int % 1_000_000  # as any other seed


def _kept(choice: Choice) -> Mapping[str, object]:
    return {"text": choice.text, "why": choice.why, "right": choice.right}


def _stored(asked: list[Mapping[str, str | bool]]) -> tuple[Choice, ...]:
    return tuple(Choice(str(one["text"]), str(one["why"]), bool(one["right"])) for one in asked)
