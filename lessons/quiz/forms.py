"""Between a question and its form: what is shown in which order, and what was sent back.

Values in the form are places in the shown order, so that the source of a page gives nothing away.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.http import QueryDict

from lessons.quiz.questions import Given, Question
from lessons.quiz.variants import shown_order
from lessons.rendering import inline

MOST_CHARACTERS = 200  # of a typed answer


@dataclass(frozen=True, slots=True)
class Option:
    """One control. `html` is sanitised; `plain` is for labels inside of other controls."""

    place: int
    index: int
    html: str
    plain: str
    chosen: bool = False
    value: int | None = None  # ordering: the place given to it, from 1; matching: the place of its partner


def plain(text: str) -> str:
    return text.replace("`", "").replace("**", "")


def options(question: Question, seed: int, given: Given) -> tuple[Option, ...]:
    """What can be picked, ordered or given a partner, in the shown order."""
    order = shown_order(question, seed)
    picked = set(given.get("picked", ()))
    places = {index: place for place, index in enumerate(given.get("order", ()), 1)}
    places |= {int(index): place for index, place in given.get("places", {}).items()}  # not complete yet
    rights = {int(left): order.index(right) for left, right in given.get("pairs", {}).items()}
    shown = order if question.type != "matching" else tuple(range(len(question.lefts)))
    return tuple(
        Option(
            place,
            index,
            question.choices[index].text if question.type == "hotspot" else inline(question.choices[index].text),
            plain(question.choices[index].text),
            index in picked,
            places.get(index) if question.type == "ordering" else rights.get(index),
        )
        for place, index in enumerate(shown)
    )


def partners(question: Question, seed: int) -> tuple[Option, ...]:
    """Matching: the right-hand side in the shown order, leftovers among it."""
    if question.type != "matching":
        return ()
    texts = [(place, index, question.choices[index]) for place, index in enumerate(shown_order(question, seed))]
    return tuple(
        Option(place, index, inline(one.match or one.text), plain(one.match or one.text)) for place, index, one in texts
    )


def read(question: Question, seed: int, sent: QueryDict | Mapping[str, str], prefix: str) -> Given:
    """The answer as it was sent. What no form of ours sends is left out; `grading.complaint` then says so."""
    order = shown_order(question, seed)
    if question.type == "fill":
        return {"text": sent.get(prefix, "")[:MOST_CHARACTERS]}
    if question.type == "ordering":
        ranks = [_number(sent.get(f"{prefix}-{place}", "")) for place in range(len(order))]
        if sorted(ranks) != list(range(1, len(order) + 1)):
            return {"order": [], "places": {str(order[at]): rank for at, rank in enumerate(ranks) if rank > 0}}
        return {"order": [order[ranks.index(rank)] for rank in range(1, len(order) + 1)]}
    if question.type == "matching":
        taken = {str(n): _number(sent.get(f"{prefix}-{n}", "")) for n in range(len(question.lefts))}
        return {"pairs": {left: order[place] for left, place in taken.items() if 0 <= place < len(order)}}
    values = sent.getlist(prefix) if isinstance(sent, QueryDict) else [sent.get(prefix, "")]
    picked = sorted({order[place] for place in map(_number, values) if 0 <= place < len(order)})
    picked = [index for index in picked if question.choices[index].selectable]
    if question.type in {"single", "predict"}:
        picked = picked[:1]
    return {"picked": picked}


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 5 else -1
