"""The right answer to any question, as a form would send it."""

from __future__ import annotations

from lessons.quiz.questions import Question
from lessons.quiz.variants import shown_order, variant_of, vary


def right(question: Question, seed: int) -> dict[str, str | list[str]]:
    """Fields of the form that was shown for this seed."""
    asked, prefix = vary(question, variant_of(question, seed)), f"q-{question.id}"
    order = shown_order(question, seed)
    if asked.type == "fill":
        return {prefix: asked.accept[0]}
    if asked.type == "ordering":
        return {f"{prefix}-{place}": str(index + 1) for place, index in enumerate(order)}
    if asked.type == "matching":
        return {f"{prefix}-{at}": str(order.index(at)) for at in range(len(asked.lefts))}
    return {prefix: [str(order.index(at)) for at, choice in enumerate(asked.choices) if choice.right]}


def wrong(question: Question, seed: int) -> dict[str, str | list[str]]:
    """A complete answer that is not right; for questions to be picked from."""
    asked, order = vary(question, variant_of(question, seed)), shown_order(question, seed)
    at = next(at for at, choice in enumerate(asked.choices) if not choice.right and choice.selectable)
    return {f"q-{question.id}": [str(order.index(at))]}
