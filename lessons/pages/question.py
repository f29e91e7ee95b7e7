"""A question as HTML: before, between and after the tries."""

from __future__ import annotations

from functools import lru_cache

from django.template.loader import render_to_string

from lessons import content
from lessons.fences import code
from lessons.models import QuizSettings
from lessons.quiz import forms
from lessons.quiz.answering import Try, fresh
from lessons.quiz.questions import RULES, Question
from lessons.rendering import to_html
from lessons.skills import SKILLS

CSRF = "<!--csrf-->"  # where a page writes the reader's own token into what is cached for all
WHERE = ("lesson", "practice", "alone")


def html(lesson: str, now: Try, *, where: str, complaint: str = "", focus: bool = False) -> str:
    """`where`: the page it stands on, and hence what a browser without scripts comes back to."""
    question = now.question
    given = now.given or {}
    context = {
        "lesson": lesson,
        "now": now,
        "question": question,
        "skill": SKILLS[question.skill],
        "prefix": f"q-{question.id}",
        "text": to_html(question.text),
        "rule": RULES[question.type],
        "options": _lines(question, now, given)
        if question.type == "hotspot"
        else forms.options(question, now.seed, given),
        "partners": forms.partners(question, now.seed),
        "places": range(1, len(question.choices) + 1),
        "where": where,
        "complaint": complaint,
        "focus": focus,
        "csrf": CSRF,
    }
    return render_to_string("lessons/_question.html", context)


@lru_cache(maxsize=2048)
def unanswered(slug: str, digest: str, id: str, seed: int, where: str) -> str:  # noqa: A002
    """Before any try, the same for all readers with this seed: how many tries they have is said after the first."""
    question = content.load(slug).question(id)
    assert question is not None  # noqa: S101  # the page was made from the same lesson
    return html(slug, fresh(question, seed, None, QuizSettings()), where=where)


def _lines(question: Question, now: Try, given: object) -> list[tuple[forms.Option, str]]:
    """Each line of a hot-spot with its colours; the listing is coloured as a whole, then cut at its lines."""
    options = forms.options(question, now.seed, given if isinstance(given, dict) else {})
    language = {"yaml": "yaml", "yml": "yaml", "sh": "bash", "json": "json"}.get(question.file.rpartition(".")[2])
    listing = code("\n".join(option.html for option in options), language or "dockerfile")
    inner = listing.partition("<code>")[2].rpartition("</code>")[0]
    return list(zip(options, inner.split("\n"), strict=False))
