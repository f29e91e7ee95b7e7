"""Evidence → how far a skill is, and why. Pure: rows in, frozen states out.

    learning    something was tried
    practised   a required executed check passed, or at least 80 % on the skill's practice questions
    mastered    all its required checks of some lab passed, and on two occasions at least 80 % on unseen variants

An occasion is everything answered within `gap` of its first answer, so two of them are at least a gap apart, and
guessing until it is green lowers the share of the occasion it happens in. A variant is unseen the first time it is
answered, and again after RENEWED. Nobody is demoted: what was reached once stays.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import IntEnum

from lessons.outside import Check

SHARE = 0.8
OCCASIONS = 2
LEAST_ANSWERS = 2  # unseen variants that make an occasion
REVIEWS = (timedelta(days=2), timedelta(days=7), timedelta(days=21))
RENEWED = timedelta(days=21)


class Level(IntEnum):
    NEW = 0
    LEARNING = 1
    PRACTISED = 2
    MASTERED = 3


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the ledger. Sources: "quiz/<question>/<variant>/<answer>", "labs/<lab>/<submission>/<check>"."""

    source: str
    passed: bool
    share: float  # of the points, 0 to 1
    at: datetime

    @property
    def is_quiz(self) -> bool:
        return self.source.startswith("quiz/")

    @property
    def parts(self) -> list[str]:
        return self.source.split("/")


@dataclass(slots=True)
class Occasion:
    start: datetime
    shares: list[float] = field(default_factory=list)
    good: bool = False

    @property
    def share(self) -> float:
        return sum(self.shares) / len(self.shares)

    def add(self, share: float) -> None:
        self.shares.append(share)
        self.good = self.good or (len(self.shares) >= LEAST_ANSWERS and self.share >= SHARE)


@dataclass(frozen=True, slots=True)
class State:
    skill: str
    level: Level
    rows: tuple[Row, ...]  # newest first
    occasions: tuple[Occasion, ...]
    passed: frozenset[tuple[str, str]]  # (lab, check) that passed at some time
    checks: tuple[Check, ...]
    quiz_share: float | None  # of the latest answers to its practice questions; None: none answered
    practised_at: datetime | None
    again_at: datetime | None  # from when another occasion can count
    review_at: datetime | None  # when the next review is due, also in the future; None: none is left

    @property
    def good_occasions(self) -> int:
        return sum(occasion.good for occasion in self.occasions)

    @property
    def checks_done(self) -> bool:
        """All required checks of some lab passed."""
        return any(self._done(lab) for lab in {check.lab for check in self.checks})

    @property
    def open_check(self) -> Check | None:
        """The required check to pass next: of the lab that is nearest to done."""
        labs: dict[str, list[Check]] = {}
        for check in self.checks:
            if check.required and (check.lab, check.id) not in self.passed:
                labs.setdefault(check.lab, []).append(check)
        waiting = [] if self.checks_done else sorted(labs.values(), key=len)
        return waiting[0][0] if waiting else None

    def _done(self, lab: str) -> bool:
        wanted = [check for check in self.checks if check.lab == lab and check.required]
        return bool(wanted) and all((lab, check.id) in self.passed for check in wanted)


def state(skill: str, rows: Sequence[Row], practice: Sequence[str], checks: Sequence[Check], gap: timedelta) -> State:
    """`rows` of this learner and skill in any order; `practice`: ids of the skill's practice questions."""
    ordered = sorted(rows, key=lambda row: row.at)
    occasions: list[Occasion] = []
    seen: dict[tuple[str, str], datetime] = {}
    latest: dict[str, float] = {}
    passed: set[tuple[str, str]] = set()
    practised_at: datetime | None = None
    for row in ordered:
        if row.is_quiz:
            _, question, variant, _ = row.parts
            latest[question] = row.share
            if (last := seen.get((question, variant))) is None or row.at - last >= RENEWED:
                _occasion(occasions, row, gap)
            seen[question, variant] = row.at
        elif row.passed:
            _, lab, _, check = row.parts
            passed.add((lab, check))
        if practised_at is None and (_required(checks, passed) or _share(latest, practice) >= SHARE):
            practised_at = row.at
    begun = Level.PRACTISED if practised_at else Level.LEARNING if ordered else Level.NEW
    found = State(
        skill=skill,
        level=begun,
        rows=tuple(reversed(ordered)),
        occasions=tuple(occasions),
        passed=frozenset(passed),
        checks=tuple(checks),
        quiz_share=_share(latest, practice) if latest.keys() & set(practice) else None,
        practised_at=practised_at,
        again_at=occasions[-1].start + gap if occasions else None,
        review_at=_review(practised_at, ordered),
    )
    if found.good_occasions >= OCCASIONS and found.checks_done:
        return State(**{name: getattr(found, name) for name in State.__slots__} | {"level": Level.MASTERED})
    return found


def rolled_up(states: Sequence[State]) -> Level:
    """An objective is as far as its least skill, and learning as soon as anything was tried."""
    least = min((one.level for one in states), default=Level.NEW)
    return least if least > Level.LEARNING else min(max((one.level for one in states), default=least), Level.LEARNING)


def _occasion(occasions: list[Occasion], row: Row, gap: timedelta) -> None:
    if not occasions or row.at - occasions[-1].start >= gap:
        occasions.append(Occasion(row.at))
    occasions[-1].add(row.share)


def _share(latest: Mapping[str, float], practice: Sequence[str]) -> float:
    return sum(latest.get(question, 0.0) for question in practice) / len(practice) if practice else 0.0


def _required(checks: Sequence[Check], passed: set[tuple[str, str]]) -> bool:
    return any(check.required and (check.lab, check.id) in passed for check in checks)


def _review(practised_at: datetime | None, rows: Sequence[Row]) -> datetime | None:
    """Reviews are due 2, 7 and 21 days after the skill was practised; a quiz answer from then on does one."""
    if practised_at is None:
        return None
    answers = [row.at for row in rows if row.is_quiz]
    for after in REVIEWS:
        if not any(at >= practised_at + after for at in answers):
            return practised_at + after
    return None
