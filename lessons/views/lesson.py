"""The lesson's page: readable without an account; a learner finds their answers and ticks where they left them."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe

from lessons import content, search
from lessons.content import Lesson
from lessons.models import QuizSettings, Reading
from lessons.pages import question as question_page
from lessons.pages.body import body
from lessons.quiz import answering
from people.models import User

SLUG = "containerization"


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    return redirect("lessons:lesson")


@gzip_page
@require_safe
def lesson(request: HttpRequest, slug: str = SLUG) -> HttpResponse:
    lesson = find(slug)
    user = request.user if isinstance(request.user, User) else None
    rules = answering.settings_of(user) if user else QuizSettings()
    answered = _answered(lesson, user, rules) if user else {}
    group = answering.group_of(user)
    words = request.GET.get("q", "")[: search.MOST_CHARACTERS]
    context: dict[str, Any] = {
        "section": "lesson",
        "lesson": lesson,
        "body": body(slug, lesson.digest, group, rules.attempts, answered, get_token(request)),
        "neighbours": neighbours(),
        "read": (read := frozenset(readings(user, slug))),
        "contents": _contents(slug, lesson.digest, read),
        "words": words,
        "found": search.find(lesson, words),
    }
    return render(request, "lessons/lesson.html", context)


@require_safe
def find_words(request: HttpRequest, slug: str) -> HttpResponse:
    """What a search in the lesson found; for htmx the list alone, else the lesson with it on top."""
    lesson = find(slug)
    words = request.GET.get("q", "")[: search.MOST_CHARACTERS]
    if not getattr(request, "htmx", False):
        return redirect(f"{request.path.removesuffix('search')}?{request.GET.urlencode()}")
    return render(request, "lessons/_found.html", {"found": search.find(lesson, words), "words": words})


@require_safe
def diagram(request: HttpRequest, slug: str, name: str) -> HttpResponse:
    """The editable source of a diagram."""
    lesson = find(slug)
    if name not in {one.name for one in lesson.diagrams}:
        raise Http404
    source = (content.COURSE / slug / f"{name}.drawio").read_bytes()
    headers = {"Content-Disposition": f'attachment; filename="{name}.drawio"'}
    return HttpResponse(source, content_type="application/vnd.jgraph.mxfile", headers=headers)


def find(slug: str) -> Lesson:
    if slug not in content.slugs():
        raise Http404
    return content.load(slug)


def readings(user: User | None, slug: str) -> list[str]:
    rows = Reading.objects.filter(learner=user, lesson=slug) if user else Reading.objects.none()
    return list(rows.values_list("anchor", flat=True)) if user else []


def _answered(lesson: Lesson, user: User, rules: QuizSettings) -> dict[str, str]:
    """Questions that this learner tried, as they were left; own-build ones also before a try."""
    rows = answering.latest(user, lesson.questions)
    shown = {}
    for question in lesson.questions:
        if question.pool != "practice":
            continue
        if question.id in rows:
            now = answering.resume(question, rows[question.id], rules)
        elif question.type == "own":
            now = answering.begin(question, user, rules)
        else:
            continue
        shown[question.id] = question_page.html(lesson.slug, now, where="lesson")
    return shown


@lru_cache(maxsize=256)
def _contents(slug: str, digest: str, read: frozenset[str]) -> SafeString:
    page = render_to_string("lessons/_contents.html", {"lesson": content.load(slug), "read": read})
    return mark_safe(page)  # noqa: S308  # a template's output


def neighbours() -> dict[str, dict[str, str]]:
    """Where the lesson stands in its course. A place without a URL is shown as plain text."""
    return {
        "back": {"title": "Course lesson 05", "url": getattr(settings, "LESSON_COURSE_URL", "")},
        "previous": {
            "title": "3 Infrastructure as Code",
            "url": getattr(settings, "LESSON_PREVIOUS_URL", ""),
        },
        "next": {"title": "5 Container Orchestration", "url": getattr(settings, "LESSON_NEXT_URL", "")},
    }
