from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lessons.quiz.grading import complaint, grade
from lessons.quiz.questions import Question
from tests.lessons.quiz.made import FILL, MATCHING, ORDERING, picks


@pytest.mark.parametrize(
    ("picked", "score"),
    [([0, 1], 1.0), ([0], 0.5), ([0, 2], 0.0), ([0, 1, 2], 0.5), ([2, 3], 0.0), ([0, 1, 2, 3], 0.0)],
)
def test_several_picks_score_right_minus_wrong_out_of_all_that_are_right(picked: list[int], score: float) -> None:
    assert grade(picks("multiple", True, True, False, False), {"picked": picked}).score == score


def test_one_pick_is_right_or_not_and_is_explained() -> None:
    result = grade(picks("single", False, True, False), {"picked": [2]})
    assert (result.score, result.right) == (0.0, False)
    assert [(mark.right, mark.why) for mark in result.marks] == [(False, "why 2")]
    assert grade(picks("single", False, True, False), {"picked": [1]}).right


def test_nothing_picked_is_right_where_nothing_is() -> None:
    assert grade(picks("own", False, False), {"picked": []}).score == 1.0


@pytest.mark.parametrize(
    ("order", "score"), [([0, 1, 2, 3], 1.0), ([1, 0, 2, 3], 4 / 6), ([3, 2, 1, 0], 0.0), ([1, 2, 3, 0], 0.0)]
)
def test_an_order_scores_pairs_kept_minus_pairs_turned(order: list[int], score: float) -> None:
    assert grade(ORDERING, {"order": order}).score == pytest.approx(score)


def test_an_order_that_is_not_right_is_explained_by_its_first_slip_alone() -> None:
    marks = grade(ORDERING, {"order": [1, 0, 3, 2]}).marks
    assert [(mark.label, mark.why) for mark in marks] == [("a", "why a")]


def test_pairs_score_their_share_and_a_wrong_partner_is_explained_by_what_it_is_for() -> None:
    result = grade(MATCHING, {"pairs": {"0": 0, "1": 2}})
    assert result.score == 0.5
    assert [(mark.label, mark.right, mark.why) for mark in result.marks] == [
        ("a → A", True, "why a"),
        ("b → Z", False, "why Z"),
    ]


@pytest.mark.parametrize("text", ["--from=build", "  --FROM=build "])
def test_every_accepted_form_is_right_whatever_its_case_and_its_spaces(text: str) -> None:
    assert grade(FILL, {"text": text}).right


@pytest.mark.parametrize(("text", "why"), [("--target=build", "That stops a build."), ("--x", "Look again.")])
def test_a_wrong_text_is_explained_by_its_own_reason_or_by_the_general_one(text: str, why: str) -> None:
    result = grade(FILL, {"text": text})
    assert (result.score, result.marks[0].why) == (0.0, why)


@pytest.mark.parametrize(
    ("question", "given_"),
    [
        (picks("single", True, False), {"picked": []}),
        (ORDERING, {"order": [0, 1, 1, 3]}),
        (ORDERING, {"order": []}),
        (MATCHING, {"pairs": {"0": 0}}),
        (FILL, {"text": "  "}),
    ],
)
def test_what_is_not_complete_is_no_try(question: Question, given_: Any) -> None:
    assert complaint(question, given_)


@given(right=st.lists(st.booleans(), min_size=1, max_size=8), picked=st.sets(st.integers(0, 7)))
def test_a_score_is_between_nothing_and_all(right: list[bool], picked: set[int]) -> None:
    result = grade(picks("multiple", *right), {"picked": sorted(at for at in picked if at < len(right))})
    assert 0 <= result.score <= 1


@given(order=st.permutations(range(4)))
def test_only_the_right_order_scores_in_full(order: list[int]) -> None:
    assert grade(ORDERING, {"order": order}).right is (list(order) == [0, 1, 2, 3])
