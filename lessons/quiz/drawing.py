"""A set for the final assessment: all objectives covered, skills spread, what was seen least first. Pure."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence

from lessons.quiz.questions import Question
from lessons.quiz.variants import next_seed
from lessons.skills import SKILLS

Drawn = list[tuple[str, int]]  # (question id, seed)


def draw(questions: Sequence[Question], size: int, seen: Mapping[str, Sequence[int]], rng: random.Random) -> Drawn:
    """`size` questions, or as many as there are skills with one. `seen`: seeds by question, oldest first.

    Objectives take turns, so that each is covered as evenly as the size allows; a skill comes once before any comes
    twice. Questions that wait for a learner's own build are never drawn.
    """
    by_skill: dict[str, list[Question]] = {}
    for question in questions:
        if question.type != "own":
            by_skill.setdefault(question.skill, []).append(question)
    turns: dict[str, list[str]] = {}
    for skill in by_skill:
        turns.setdefault(SKILLS[skill].objective, []).append(skill)
    for skills in turns.values():
        rng.shuffle(skills)
    drawn: Drawn = []
    while len(drawn) < size and any(turns.values()):
        for skills in turns.values():
            if skills and len(drawn) < size:
                drawn.append(_one(by_skill[skills.pop()], seen, rng))
    rng.shuffle(drawn)
    return drawn


def _one(questions: Sequence[Question], seen: Mapping[str, Sequence[int]], rng: random.Random) -> tuple[str, int]:
    """Those kept for the assessment come first, then the one that was seen least."""

    def rank(question: Question) -> tuple[bool, int, float]:
        return question.pool != "assessment", len(seen.get(question.id, ())), rng.random()

    chosen = min(questions, key=rank)
    return chosen.id, next_seed(chosen, seen.get(chosen.id, ()))
