"""Questions by hand, one of each shape."""

from __future__ import annotations

from lessons.quiz.questions import Choice, Question, Type


def picks(kind: Type, *right: bool) -> Question:
    choices = tuple(Choice(f"choice {at}", f"why {at}", one) for at, one in enumerate(right))
    return Question("q", "architecture.images", kind, "Which?", choices)


ORDERING = Question(
    "o", "architecture.images", "ordering", "Order!", tuple(Choice(one, f"why {one}") for one in "abcd"), why="So."
)
MATCHING = Question(
    "m",
    "architecture.images",
    "matching",
    "Match!",
    (Choice("a", "why a", match="A"), Choice("b", "why b", match="B"), Choice("Z", "why Z")),
)
FILL = Question(
    "f",
    "architecture.images",
    "fill",
    "Fill!",
    accept=("--from=build",),
    near=(Choice("--target=build", "That stops a build."),),
    why="From where.",
    otherwise="Look again.",
)
