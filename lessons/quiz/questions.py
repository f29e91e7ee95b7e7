"""What a question is, after loading: frozen data that pages, grading and `quiz verify` share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Literal

Type = Literal["single", "multiple", "ordering", "matching", "fill", "hotspot", "predict", "own"]
TYPES: tuple[Type, ...] = ("single", "multiple", "ordering", "matching", "fill", "hotspot", "predict", "own")
PICKS: frozenset[Type] = frozenset({"single", "multiple", "hotspot", "predict", "own"})
ONE_OF: frozenset[Type] = frozenset({"single", "predict"})  # exactly one choice is right, and one can be picked
Params = Mapping[str, str]

RULES: Mapping[Type, str] = MappingProxyType(
    {
        "single": "One answer is right.",
        "predict": "One answer is what happened when it was run.",
        "multiple": "Score: right picks minus wrong picks, out of all that are right; never below 0.",
        "hotspot": "Mark every offending line. Score: right marks minus wrong marks, out of all offending lines.",
        "own": "Mark all that apply. Score: right marks minus wrong marks, out of all that are right.",
        "ordering": "Score: pairs in the right order minus pairs the wrong way round, out of all pairs; never below 0.",
        "matching": "Score: the share of right pairs.",
        "fill": "Type the answer; spaces at the ends do not count.",
    }
)


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing to pick, to order or to match, with the reason that is told when it was picked.

    `text` is Markdown, except for a line of code in a hot-spot. `match` is what belongs to it in a matching, and
    empty for a leftover on the right-hand side, whose `text` is then the right-hand text.
    """

    text: str
    why: str
    right: bool = False
    match: str = ""
    value: str = ""  # predict: what the experiment has to print; else the name that a variant's `right` uses
    why_right: str = ""  # the reason in variants in which this choice is right; `why` holds in the others

    @property
    def selectable(self) -> bool:
        return bool(self.text.strip())


@dataclass(frozen=True, slots=True)
class Trial:
    """A predict question's experiment, run by `quiz verify`; `lessons` itself never looks into it."""

    files: Mapping[str, str]
    measure: str
    edit: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Question:
    """`choices`: in the right order for an ordering; in the order of the text for all others."""

    id: str
    skill: str
    type: Type
    text: str
    choices: tuple[Choice, ...] = ()
    accept: tuple[str, ...] = ()  # fill: the accepted forms
    near: tuple[Choice, ...] = ()  # fill: known wrong answers, each with its reason
    why: str = ""  # fill and ordering: the reason behind the right answer
    otherwise: str = ""  # fill: told about an answer that nobody foresaw
    exact_case: bool = False
    pool: Literal["practice", "assessment"] = "practice"
    variants: tuple[Params, ...] = ()
    file: str = "Dockerfile"  # hot-spot: what the lines are shown as
    lab: str = ""  # own: whose last graded submission is asked about
    ask: str = ""  # own: which of its facts
    trial: Trial | None = None
    measured: tuple[str, ...] = ()  # predict: what happened, by variant; names the right choice
    source: str = ""  # file and line, for messages

    @property
    def variant_count(self) -> int:
        return max(1, len(self.variants))

    @property
    def leftovers(self) -> tuple[Choice, ...]:
        return tuple(choice for choice in self.choices if self.type == "matching" and not choice.match)

    @property
    def lefts(self) -> tuple[Choice, ...]:
        """Matching: the choices that want a partner."""
        return tuple(choice for choice in self.choices if choice.match)


Given = Mapping[str, Any]
"""An answer, JSON-ready: {"picked": [index, …]}, {"order": [index, …]}, {"pairs": {"index": right}} or {"text": …}.

Indices count `Question.choices` from 0, whatever order was shown. In "pairs" `right` is an index into `choices` as
well: of the choice whose `match` was taken, or of a leftover. An order that is not complete has "places" beside it:
{"index": place from 1}, to be shown again.
"""
