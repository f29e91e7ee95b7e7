"""The lesson's page: the same for everybody, readable without an account."""

from __future__ import annotations

from functools import lru_cache

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.views.decorators.http import require_safe

from lessons import content

SLUG = "containerization"


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    return redirect("lessons:lesson")


@require_safe
def lesson(request: HttpRequest) -> HttpResponse:
    lesson = content.load(SLUG)
    return render(
        request,
        "lessons/lesson.html",
        {"lesson": lesson, "body": _body(lesson.digest), "neighbours": neighbours()},
    )


@lru_cache(maxsize=4)
def _body(digest: str) -> SafeString:
    """The lesson's sections as HTML, rendered once for each version of the text."""
    return render_to_string("lessons/_body.html", {"lesson": content.load(SLUG)})


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
