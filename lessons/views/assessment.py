"""The final assessment: a drawn set over all objectives, answered together, each question once."""

from __future__ import annotations

import random
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.db.models.functions import Now
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.http import require_http_methods

from lessons.content import Lesson
from lessons.models import Answer, Assessment, QuizSettings
from lessons.pages import question as page
from lessons.quiz import answering, forms, grading
from lessons.quiz.answering import Try
from lessons.quiz.drawing import draw
from lessons.skills import OBJECTIVES, SKILLS
from lessons.views.lesson import find
from people.models import User


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def index(request: HttpRequest, slug: str) -> HttpResponse:
    """What awaits, earlier sittings, and the button that draws a set."""
    assert isinstance(request.user, User)  # noqa: S101  # login_required
    lesson, rules = find(slug), answering.settings_of(request.user)
    rows = Assessment.objects.filter(learner=request.user, lesson=slug).order_by("-started_at")
    running = rows.filter(finished_at=None).first()
    used = rows.exclude(finished_at=None).count()
    spent = bool(rules.assessment_attempts) and used >= rules.assessment_attempts
    if request.method == "POST" and not spent:
        begun = running or _begin(lesson, request.user, rules)
        return redirect("lessons:sitting", slug, begun.code)
    context = {
        "section": "mastery",
        "lesson": lesson,
        "rules": rules,
        "rows": rows.exclude(finished_at=None),
        "running": running,
        "spent": spent,
        "left": max(0, rules.assessment_attempts - used),
    }
    return render(request, "lessons/assessment.html", context, status=403 if request.method == "POST" else 200)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def sitting(request: HttpRequest, slug: str, code: UUID) -> HttpResponse:
    """One drawn set: to be answered, or with its result."""
    assert isinstance(request.user, User)  # noqa: S101  # login_required
    lesson, rules = find(slug), answering.settings_of(request.user)
    row = get_object_or_404(Assessment, pk=code, learner=request.user, lesson=slug)
    tries = _tries(lesson, row, request.user)
    missing: list[str] = []
    if request.method == "POST" and row.finished_at is None:
        judged = [_judged(request, now, rules) for now in tries]
        missing = [now.question.id for now, after in zip(tries, judged, strict=True) if after is None]
        if not missing or "finish" in request.POST:
            _finish(row, request.user, [after or _blank(now) for now, after in zip(tries, judged, strict=True)], lesson)
            return redirect("lessons:sitting", slug, code)
    context = _context(request, lesson, row, tries, rules) | {"missing": len(missing)}
    return render(request, "lessons/sitting.html", context, status=422 if missing else 200)


def _begin(lesson: Lesson, user: User, rules: QuizSettings) -> Assessment:
    seen: dict[str, list[int]] = {}
    for question, seed in Answer.objects.filter(learner=user).order_by("pk").values_list("question", "seed"):
        seen.setdefault(question, []).append(seed)
    drawn = draw(lesson.questions, rules.assessment_size, seen, random.SystemRandom())
    return Assessment.objects.create(learner=user, lesson=lesson.slug, questions=drawn)


def _tries(lesson: Lesson, row: Assessment, user: User) -> list[Try]:
    """The drawn questions as they are asked. One that the lesson has no more is left out."""
    asked = [(lesson.question(name), seed) for name, seed in row.questions]
    rules = QuizSettings(attempts=1)
    return [answering.fresh(question, seed, user, rules) for question, seed in asked if question is not None]


def _judged(request: HttpRequest, now: Try, rules: QuizSettings) -> Try | None:
    """None: not answered."""
    given = forms.read(now.question, now.seed, request.POST, f"q-{now.question.id}")
    if grading.complaint(now.question, given):
        return None
    return answering.judge(now, given, 1, QuizSettings(attempts=1, reveal=rules.reveal))


def _blank(now: Try) -> Try:
    """An unanswered question scores nothing."""
    return Try(now.question, now.seed, 1, {}, grading.Result(0.0, (), ()), closed=True)


@transaction.atomic
def _finish(row: Assessment, user: User, tries: list[Try], lesson: Lesson) -> None:
    if not Assessment.objects.filter(pk=row.pk, finished_at=None).update(finished_at=Now()):
        return  # sent twice: the first one counts
    scores = []
    for now in tries:
        question = lesson.question(now.question.id)
        if question is not None and now.result is not None:
            answering.store(question, now, user, row)
            scores.append(now.result.score)
    Assessment.objects.filter(pk=row.pk).update(score=sum(scores) / len(scores) if scores else 0.0)


def _context(
    request: HttpRequest, lesson: Lesson, row: Assessment, tries: list[Try], rules: QuizSettings
) -> dict[str, Any]:
    answers = {answer.question: answer for answer in row.answers.all()}
    shown, by_objective = [], {name: [0.0, 0] for name in OBJECTIVES}
    for now in tries:
        asked, answer = now, answers.get(now.question.id)
        if answer is not None:
            asked = _again(now, answer, rules)
            total = by_objective[SKILLS[now.question.skill].objective]
            total[0], total[1] = total[0] + answer.score, total[1] + 1
        elif request.method == "POST":
            given = forms.read(now.question, now.seed, request.POST, f"q-{now.question.id}")
            asked = Try(now.question, now.seed, 0, given, left=1)
        shown.append(_html(request, lesson.slug, asked))
    return {
        "section": "mastery",
        "lesson": lesson,
        "row": row,
        "questions": shown,
        "objectives": [(OBJECTIVES[name], s / n, n) for name, (s, n) in by_objective.items() if n],
    }


def _again(now: Try, answer: Answer, rules: QuizSettings) -> Try:
    if not answer.given:
        return _blank(now)
    return answering.judge(now, answer.given, 1, QuizSettings(attempts=1, reveal=rules.reveal))


def _html(request: HttpRequest, slug: str, now: Try) -> SafeString:
    html = page.html(slug, now, where="assessment").replace(page.CSRF, "")
    get_token(request)
    return mark_safe(html)  # noqa: S308  # a template's output
