"""What makes sense of a question only as a whole: enough to choose from, and exactly the right number of right ones."""

from __future__ import annotations

from collections.abc import Iterator

from lessons.quiz.questions import ONE_OF, Question
from lessons.quiz.variants import RIGHT, vary

Complaint = tuple[str, str]  # (key of the question's table, what is wrong with it)


def complaints(made: Question) -> Iterator[Complaint]:
    """What is wrong with the question, the first thing first."""
    for variant in range(made.variant_count):
        yield from _right(made, variant)
    if made.type in ONE_OF | {"multiple"} and len(made.choices) < 3:
        yield "choices", "at least three choices"
    if made.type == "ordering" and len(made.choices) < 3:
        yield "items", "at least three items"
    if made.type == "matching" and len({choice.match for choice in made.lefts}) != len(made.lefts):
        yield "pairs", "two pairs share a partner"


def _right(made: Question, variant: int) -> Iterator[Complaint]:
    """Of one variant: how many choices are right, and whether its `right` names choices that exist."""
    right = sum(choice.right for choice in vary(made, variant).choices)
    if made.type == "single" and right != 1:
        yield "choices", f"exactly one choice is right, not {right}"
    if made.type in {"multiple", "hotspot"} and not right:
        yield "choices" if made.type == "multiple" else "lines", "nothing here is right"
    named = made.variants[variant].get(RIGHT, "").split() if made.variants else []
    known = {choice.value for choice in made.choices}
    yield from (("variants", f"no choice has the value “{name}”") for name in named if name not in known)
