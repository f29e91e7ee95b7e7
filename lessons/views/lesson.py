"""The lesson's page: readable without an account; a learner finds their answers and ticks where they left them."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from django.conf import settings
from django.db.models import Value
from django.http import Http404, HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe

from lessons import content, search
from lessons.content import Lesson
from lessons.models import Answer, Reading
from lessons.pages import question as question_page
from lessons.pages.body import PLACE, body, placed
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
    read, tried = _traces(user, slug)
    answered = _answered(lesson, user) if user and tried else {}
    words = request.GET.get("q", "")[: search.MOST_CHARACTERS]
    context: dict[str, Any] = {
        "section": "lesson",
        "lesson": lesson,
        "body": PLACE,
        "neighbours": neighbours(),
        "read": read,
        "contents": _contents(slug, lesson.digest, read),
        "words": words,
        "found": search.find(lesson, words),
    }
    text = body(slug, lesson.digest, answering.group_of(user), answered, get_token(request))
    return HttpResponse(placed(render_to_string("lessons/lesson.html", context, request), text))


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


def _traces(user: User | None, slug: str) -> tuple[frozenset[str], bool]:
    """(sections marked as read, whether any question was tried), in one query: most readers have tried none."""
    if user is None:
        return frozenset(), False
    read = Reading.objects.filter(learner=user, lesson=slug).annotate(what=Value("read"))
    tried = Answer.objects.filter(learner=user, assessment=None).annotate(what=Value("tried"))
    # A question stands once, however often it was tried: a union has no doubles.
    rows = list(read.values_list("what", "anchor").union(tried.values_list("what", "question")))
    return frozenset(name for what, name in rows if what == "read"), any(what == "tried" for what, _ in rows)


def _answered(lesson: Lesson, user: User) -> dict[str, str]:
    """Questions that this learner tried, as they were left.

    The others are the same for many readers. One about a learner's own build is asked on its own page, so that the
    lesson need not look for builds.
    """
    rules = answering.settings_of(user)
    rows = answering.latest(user, lesson.questions)
    return {
        question.id: question_page.html(
            lesson.slug, answering.resume(question, rows[question.id], rules), where="lesson"
        )
        for question in lesson.questions
        if question.pool == "practice" and question.id in rows
    }


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
