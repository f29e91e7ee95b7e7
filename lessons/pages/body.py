"""The lesson's long text. Made once for each version of it; only the questions a reader answered are made anew."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

from lessons import content, outside
from lessons.pages import question as page
from lessons.quiz.answering import GROUPS
from lessons.quiz.variants import first_seed

_PLACE = re.compile(r"<!--question:([a-z0-9-]+)-->")


def body(slug: str, digest: str, group: int, answered: Mapping[str, str], token: str) -> SafeString:
    """The sections as HTML. `answered`: by question, the HTML of those that this reader has tried."""
    if answered:
        parts = [answered.get(one) or _fresh(slug, digest, one, group) for one in _questions(slug, digest)]
        html = "".join(text + part for text, part in zip(_texts(slug, digest), [*parts, ""], strict=True))
    else:
        html = _whole(slug, digest, group % GROUPS)
    field = f'<input type="hidden" name="csrfmiddlewaretoken" value="{token}">'
    return mark_safe(html.replace(page.CSRF, field))  # noqa: S308  # the lesson's own text, sanitised when rendered


@lru_cache(maxsize=2 * GROUPS)
def _whole(slug: str, digest: str, group: int) -> str:
    parts = [_fresh(slug, digest, one, group) for one in _questions(slug, digest)]
    return "".join(text + part for text, part in zip(_texts(slug, digest), [*parts, ""], strict=True))


def _fresh(slug: str, digest: str, id: str, group: int) -> str:  # noqa: A002
    found = content.load(slug).question(id)
    assert found is not None  # noqa: S101  # the place names a question of this lesson
    return page.unanswered(slug, digest, id, first_seed(found, group % GROUPS), "lesson")


@lru_cache(maxsize=4)
def _split(slug: str, digest: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """(texts, ids of the questions between them)"""
    lesson = content.load(slug)
    tryable = {one.name for one in (lesson.examples or {}).values() if outside.fits(one.lab, one.sides["bad"].files)}
    context = {"lesson": lesson, "csrf": page.CSRF, "labs": outside.labs(), "tryable": tryable}
    whole = render_to_string("lessons/_body.html", context)
    pieces = _PLACE.split(whole)
    return tuple(pieces[::2]), tuple(pieces[1::2])


def _texts(slug: str, digest: str) -> tuple[str, ...]:
    return _split(slug, digest)[0]


def _questions(slug: str, digest: str) -> tuple[str, ...]:
    return _split(slug, digest)[1]
