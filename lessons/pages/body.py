"""The lesson's long text. Made once for each version of it; only the questions a reader answered are made anew."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

from django.template.loader import render_to_string
from django.utils.safestring import mark_safe

from lessons import content, outside
from lessons.pages import question as page
from lessons.quiz.answering import GROUPS
from lessons.quiz.variants import first_seed

_PLACE = re.compile(r"<!--question:([a-z0-9-]+)-->")


# Where a page's template names the body. Every join of a template would copy the third of a megabyte once more.
PLACE = mark_safe("<!--body-->")  # what others write is escaped, so it stands nowhere else


def placed(page: str, body: bytes) -> bytes:
    """The page with the body where its template named it."""
    before, after = page.split(PLACE)
    return b"".join((before.encode(), body, after.encode()))


def body(slug: str, digest: str, group: int, answered: Mapping[str, str], token: str) -> bytes:
    """The sections as HTML. `answered`: by question, the HTML of those that this reader has tried."""
    html = _joined(slug, digest, group, answered) if answered else _whole(slug, digest, group % GROUPS)
    field = f'<input type="hidden" name="csrfmiddlewaretoken" value="{token}">'
    return html.replace(page.CSRF.encode(), field.encode())


@lru_cache(maxsize=2 * GROUPS)
def _whole(slug: str, digest: str, group: int) -> bytes:
    return _joined(slug, digest, group, {})


def _joined(slug: str, digest: str, group: int, answered: Mapping[str, str]) -> bytes:
    parts = [answered.get(one) or _fresh(slug, digest, one, group) for one in _questions(slug, digest)]
    return "".join(text + part for text, part in zip(_texts(slug, digest), [*parts, ""], strict=True)).encode()


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
