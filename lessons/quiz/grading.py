"""A question and an answer → score and reasons. Pure; knows no database and no page."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

from lessons.quiz.questions import PICKS, Choice, Given, Question

RIGHT = 0.999  # a full score, in floating point


@dataclass(frozen=True, slots=True)
class Mark:
    """What is said about one part of an answer. `label`: Markdown of the part."""

    label: str
    right: bool
    why: str


@dataclass(frozen=True, slots=True)
class Result:
    score: float  # 0 to 1
    marks: tuple[Mark, ...]  # about what was picked
    solution: tuple[Mark, ...]  # about every choice; shown when the answer may be shown

    @property
    def right(self) -> bool:
        return self.score >= RIGHT


def complaint(question: Question, given: Given) -> str:
    """Why this is not an answer yet, in a sentence for the learner; empty when it is one. No try is used."""
    if question.type in PICKS and not given.get("picked"):
        return "Nothing is marked yet. Mark an answer, then check it."
    if question.type == "ordering" and sorted(given.get("order", [])) != list(range(len(question.choices))):
        return "Give every place to exactly one line: some place is empty or taken twice."
    if question.type == "matching" and len(given.get("pairs", {})) != len(question.lefts):
        return "Something still has no partner. Choose one for each."
    if question.type == "fill" and not str(given.get("text", "")).strip():
        return "The field is empty. Type an answer, then check it."
    return ""


def grade(question: Question, given: Given) -> Result:
    """`given` answers the question completely (see `complaint`)."""
    if question.type == "ordering":
        return _ordering(question, given["order"])
    if question.type == "matching":
        return _matching(question, {int(left): right for left, right in given["pairs"].items()})
    if question.type == "fill":
        return _fill(question, str(given["text"]))
    return _picks(question, set(given["picked"]))


def _picks(question: Question, picked: set[int]) -> Result:
    """Right picks minus wrong ones, out of all that are right."""
    chosen = [choice for at, choice in enumerate(question.choices) if at in picked]
    wanted = sum(choice.right for choice in question.choices)
    hits = sum(choice.right for choice in chosen)
    score = max(0, hits - (len(chosen) - hits)) / wanted if wanted else float(not chosen)
    return Result(score, tuple(map(_mark, chosen)), tuple(_mark(c) for c in question.choices if c.selectable))


def _mark(choice: Choice) -> Mark:
    return Mark(choice.text, choice.right, choice.why)


def _ordering(question: Question, order: list[int]) -> Result:
    pairs = list(combinations(order, 2))
    kept = sum(before < after for before, after in pairs)
    score = max(0, kept - (len(pairs) - kept)) / len(pairs)
    marks = []
    for place, at in enumerate(order):
        if any(before > at for before in order[:place]):  # something that belongs later stands before it
            marks.append(Mark(question.choices[at].text, False, question.choices[at].why))
    whole = tuple(Mark(choice.text, True, choice.why) for choice in question.choices)
    if not marks:
        return Result(1.0, (Mark("The order", True, question.why),), whole)
    return Result(score, tuple(marks[:1]), whole)  # one step at a time: the first that stands too late


def _matching(question: Question, pairs: dict[int, int]) -> Result:
    marks = []
    for at, left in enumerate(question.choices):
        if not left.match:
            continue
        taken = question.choices[pairs[at]]
        right = (taken.match or taken.text) == left.match
        label = f"{left.text} → {taken.match or taken.text}"
        # A wrong partner is explained by what that partner is for: the answer itself is not given away.
        marks.append(Mark(label, right, left.why if right else taken.why))
    whole = tuple(Mark(f"{left.text} → {left.match}", True, left.why) for left in question.lefts)
    return Result(sum(mark.right for mark in marks) / len(marks), tuple(marks), whole)


def _fill(question: Question, text: str) -> Result:
    told = _normal(question, text)
    whole = (Mark(f"`{question.accept[0]}`", True, question.why),)
    if told in {_normal(question, form) for form in question.accept}:
        return Result(1.0, whole, whole)
    near = next((choice for choice in question.near if _normal(question, choice.text) == told), None)
    label = f"`{text.strip().replace('`', '')[:80]}`"
    return Result(0.0, (Mark(label, False, near.why if near else question.otherwise),), whole)


def _normal(question: Question, text: str) -> str:
    words = " ".join(text.split())
    return words if question.exact_case else words.casefold()
