from __future__ import annotations

import random
from collections import Counter

import pytest

from lessons import content
from lessons.quiz.drawing import draw
from lessons.skills import SKILLS

QUESTIONS = content.load("containerization").questions
BY_ID = {question.id: question for question in QUESTIONS}


@pytest.mark.parametrize("size", [3, 7, 12, 21])
def test_a_set_covers_all_objectives_evenly_and_no_skill_twice(size: int) -> None:
    for seed in range(20):
        drawn = [BY_ID[name] for name, _ in draw(QUESTIONS, size, {}, random.Random(seed))]
        assert len(drawn) == size
        assert len({one.skill for one in drawn}) == size
        objectives = Counter(SKILLS[one.skill].objective for one in drawn)
        assert len(objectives) == 3
        assert min(objectives.values()) >= min(size // 3, 5)


def test_a_set_comes_from_the_questions_kept_for_it() -> None:
    drawn = draw(QUESTIONS, 21, {}, random.Random(1))
    assert {BY_ID[name].pool for name, _ in drawn} == {"assessment"}


def test_a_size_beyond_the_skills_gives_one_question_a_skill() -> None:
    assert len(draw(QUESTIONS, 99, {}, random.Random(1))) == len(SKILLS)


def test_what_waits_for_a_build_is_never_drawn() -> None:
    own = [one for one in QUESTIONS if one.type == "own"]
    assert own and draw(own, 3, {}, random.Random(1)) == []
