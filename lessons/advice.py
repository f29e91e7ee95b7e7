"""What to do next, and why. Pure: states in, sentences out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from lessons.mastery import LEAST_ANSWERS, SHARE, Level, State
from lessons.skills import SKILLS

Goal = Literal["section", "practice", "lab"]
SHOWN = 3


@dataclass(frozen=True, slots=True)
class Advice:
    skill: str
    goal: Goal
    what: str
    why: str
    lab: str = ""
    rank: int = 0  # small comes first


def advise(states: Sequence[State], now: datetime, shown: int = SHOWN) -> tuple[Advice, ...]:
    """The most useful steps first: what is due, what is nearly there, what was begun, what comes next."""
    found = [advice for state in states if (advice := _of(state, now))]
    return tuple(sorted(found, key=lambda advice: advice.rank)[:shown])  # stable: the lesson's order within a rank


def _of(state: State, now: datetime) -> Advice | None:
    title = SKILLS[state.skill].title
    if state.review_at and state.review_at <= now:
        days = (now - state.practised_at).days if state.practised_at else 0
        why = f"You practised it {days} days ago; a short recall now keeps it much longer than reading it again."
        return Advice(state.skill, "practice", f"Review “{title}”", why, rank=0)
    if state.level is Level.NEW:
        return Advice(state.skill, "section", f"Read “{title}”", "It is the next one in the lesson.", rank=4)
    if state.level is Level.LEARNING:
        return _learning(state, title)
    return _practised(state, title, now) if state.level is Level.PRACTISED else None


def _learning(state: State, title: str) -> Advice:
    if state.quiz_share is None and state.open_check:
        why = f"You tried it, and “{state.open_check.title}” has not passed yet."
        return Advice(state.skill, "lab", f"Go on with “{state.open_check.lab_title}”", why, state.open_check.lab, 3)
    why = f"Your latest answers reach {state.quiz_share or 0:.0%}; {SHARE:.0%} makes it practised."
    return Advice(state.skill, "practice", f"Answer the questions on “{title}”", why, rank=3)


def _practised(state: State, title: str, now: datetime) -> Advice | None:
    if state.open_check:
        why = f"Questions alone do not master a skill: “{state.open_check.title}” has not passed yet."
        return Advice(state.skill, "lab", f"Do the lab “{state.open_check.lab_title}”", why, state.open_check.lab, 2)
    return _occasion(state, title, now)


def _occasion(state: State, title: str, now: datetime) -> Advice | None:
    """The questions still to answer right on another day. Nothing to advise while that day has not come."""
    last = state.occasions[-1] if state.occasions else None
    if last and last.good and state.again_at and state.again_at > now:
        return None
    if not state.checks:
        return None  # nothing more can be shown here: no lab measures it on this machine
    left = "once more" if state.good_occasions else "on two days"
    why = f"Answer at least {LEAST_ANSWERS} unseen variants with {SHARE:.0%} {left}, and it is mastered."
    return Advice(state.skill, "practice", f"Answer new questions on “{title}”", why, rank=1)
