"""Search within a lesson: every word must occur in a section; titles count more than text. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import escape

from lessons.content import Lesson
from lessons.sectionfile import Section

MOST_CHARACTERS = 80
MOST_FOUND = 12
AROUND = 70  # characters of text on each side of a hit


@dataclass(frozen=True, slots=True)
class Found:
    anchor: str
    title: str
    html: str  # escaped, with <mark> around the words


def find(lesson: Lesson, query: str) -> tuple[Found, ...]:
    words = [word for word in re.findall(r"[\w.-]+", query.casefold()) if len(word) > 1]
    if not words:
        return ()
    ranked = [(score, section) for section in lesson.sections if (score := _score(section, words))]
    ranked.sort(key=lambda pair: -pair[0])  # stable: equals stay in the lesson's order
    return tuple(Found(one.anchor, one.title, _excerpt(one, words)) for _, one in ranked[:MOST_FOUND])


def _score(section: Section, words: list[str]) -> int:
    title, text = section.title.casefold(), _text(section).casefold()
    if not all(word in text or word in title for word in words):
        return 0
    return sum(20 * title.count(word) + min(text.count(word), 10) for word in words)


def _text(section: Section) -> str:
    return f"{section.claim} {section.text}".replace("`", "")


def _excerpt(section: Section, words: list[str]) -> str:
    text = _text(section)
    first = min((at for word in words if (at := text.casefold().find(word)) >= 0), default=0)
    start, end = max(0, first - AROUND), min(len(text), first + AROUND * 2)
    start = text.find(" ", start, first) + 1 or start if start else 0  # at a word's beginning
    cut = text[start:end]
    pattern = re.compile("|".join(re.escape(word) for word in sorted(words, key=len, reverse=True)), re.IGNORECASE)
    html, at = [], 0
    for hit in pattern.finditer(cut):
        html += [escape(cut[at : hit.start()]), f"<mark>{escape(hit[0])}</mark>"]
        at = hit.end()
    html.append(escape(cut[at:]))
    return ("… " if start else "") + "".join(html) + (" …" if end < len(text) else "")
