from __future__ import annotations

from urllib.parse import urlencode

import pytest
from django.http import QueryDict

from lessons import content
from lessons.quiz import forms, grading
from lessons.quiz.questions import Question
from lessons.quiz.variants import variant_of, vary
from tests.lessons.quiz.answers import right
from tests.lessons.quiz.made import MATCHING, ORDERING, picks

ASKED = [one for one in content.load("containerization").questions if one.type != "own"]


def sent(fields: dict[str, str | list[str]]) -> QueryDict:
    return QueryDict(urlencode(fields, doseq=True))


@pytest.mark.parametrize("question", ASKED, ids=lambda one: one.id)
def test_the_right_answer_scores_in_full_in_every_variant_and_order(question: Question) -> None:
    for seed in range(3 * question.variant_count):
        asked = vary(question, variant_of(question, seed))
        given = forms.read(asked, seed, sent(right(question, seed)), f"q-{question.id}")
        assert grading.complaint(asked, given) == ""
        result = grading.grade(asked, given)
        assert result.right, (seed, given)
        assert all(mark.why.strip() for mark in result.solution)


@pytest.mark.parametrize("question", ASKED, ids=lambda one: one.id)
def test_no_parameter_is_left_unfilled(question: Question) -> None:
    for variant in range(question.variant_count):
        asked = vary(question, variant)
        names = question.variants[variant] if question.variants else {}
        assert not [name for name in names if "{" + name + "}" in str((asked.text, asked.choices, asked.accept))]


def test_the_source_of_the_page_gives_no_order_away() -> None:
    shown = forms.options(ORDERING, 7, {})
    assert [one.place for one in shown] == [0, 1, 2, 3]
    assert [one.index for one in shown] != [0, 1, 2, 3]


def test_what_no_form_of_ours_sends_is_left_out() -> None:
    question = picks("multiple", True, False, False)
    assert forms.read(question, 1, sent({"q": ["99", "-1", "x", "٣"]}), "q") == {"picked": []}
    assert forms.read(MATCHING, 1, sent({"m-0": "99", "m-1": ""}), "m") == {"pairs": {}}
    assert forms.read(picks("single", True, False), 1, sent({"q": ["0", "1"]}), "q")["picked"] in ([0], [1])


def test_an_answer_is_shown_again_as_it_was_given() -> None:
    shown = forms.options(ORDERING, 3, {"order": [2, 0, 1, 3]})
    assert {one.index: one.value for one in shown} == {2: 1, 0: 2, 1: 3, 3: 4}
    assert [one.chosen for one in forms.options(picks("hotspot", False, True), 3, {"picked": [1]})] == [False, True]
