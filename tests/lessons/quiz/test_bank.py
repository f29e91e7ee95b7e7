"""The questions as a whole: neither their length nor their wording gives an answer away, and variants differ."""

from __future__ import annotations

import re
from collections import Counter
from statistics import mean

import pytest

from lessons import content
from lessons.quiz.forms import plain
from lessons.quiz.questions import ONE_OF, Question
from lessons.quiz.variants import vary
from lessons.skills import SKILLS

QUESTIONS = content.load("containerization").questions
KEPT = [one for one in QUESTIONS if one.pool == "assessment"]
# The same answer in every variant, since the order or the pairs are what the question is about.
FIXED = {"client-who-does-it", "volumes-kinds", "access-who-gets-what", "base-fits", "limits-match", "seccomp-twin"}
FIXED |= {"tags-order", "scan-first-step"}
COUNTED = re.compile(
    r"\b(which lines?|one line|two lines|the line|(one|two|three|four) of (these|them))\b", re.IGNORECASE
)


def answer(question: Question, variant: int) -> object:
    """What has to be given in this variant, without words that differ and mean the same."""
    asked = vary(question, variant)
    if asked.type == "fill":
        return asked.accept[0]
    if asked.type in {"ordering", "matching"}:
        return tuple(choice.text for choice in asked.choices)
    return frozenset(at for at, choice in enumerate(asked.choices) if choice.right)


def lengths(question: Question, variant: int) -> tuple[int, list[int]]:
    """Characters of the right choice, and of the others."""
    choices = vary(question, variant).choices
    right = next(len(plain(choice.text)) for choice in choices if choice.right)
    return right, [len(plain(choice.text)) for choice in choices if not choice.right]


def asked_for_one() -> list[tuple[int, list[int]]]:
    return [lengths(one, at) for one in QUESTIONS if one.type in ONE_OF for at in range(one.variant_count)]


def test_the_longest_choice_is_right_no_more_often_than_chance() -> None:
    found = asked_for_one()
    longest = sum(right > max(others) for right, others in found)
    assert longest <= sum(1 / (1 + len(others)) for _, others in found)


def test_the_right_choice_is_no_longer_than_the_others_on_average() -> None:
    found = asked_for_one()
    assert mean(right for right, _ in found) <= mean(length for _, others in found for length in others)


def test_no_wording_says_how_many_are_right() -> None:
    spots = [one for one in QUESTIONS if one.type in {"hotspot", "multiple"}]
    said = {one.id: found[0] for one in spots for at in range(one.variant_count) if (found := _counted(one, at))}
    assert said == {}


def _counted(question: Question, variant: int) -> re.Match[str] | None:
    return COUNTED.search(vary(question, variant).text)


def test_hot_spots_differ_in_how_many_lines_are_to_be_marked() -> None:
    spots = [one for one in QUESTIONS if one.type == "hotspot"]
    counts = Counter(sum(c.right for c in vary(one, at).choices) for one in spots for at in range(one.variant_count))
    assert set(counts) >= {1, 2, 3}
    assert all("every" in one.text for one in spots)


@pytest.mark.parametrize("question", [one for one in QUESTIONS if one.variants], ids=lambda one: str(one.id))
def test_variants_change_the_answer(question: Question) -> None:
    assert len({answer(question, at) for at in range(question.variant_count)}) > 1


def test_only_questions_about_an_order_or_about_pairs_have_no_variants() -> None:
    assert {one.id for one in QUESTIONS if not one.variants and one.type != "own"} == FIXED


def test_the_assessment_has_three_questions_a_skill_and_each_has_variants() -> None:
    assert len(KEPT) >= 63
    assert min(Counter(one.skill for one in KEPT)[skill] for skill in SKILLS) >= 3
    assert [one.id for one in KEPT if one.variant_count < 2] == []


def test_no_parameter_is_left_in_what_a_learner_reads() -> None:
    for question in QUESTIONS:
        for variant in range(question.variant_count):
            asked = vary(question, variant)
            names = {"{" + name + "}" for name in (question.variants or ({},))[variant]}
            shown = str((asked.text, asked.choices, asked.near, asked.accept, asked.why, asked.otherwise))
            assert not [name for name in names if name in shown], question.id
