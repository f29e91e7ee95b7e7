from __future__ import annotations

from dataclasses import replace

from lessons.quiz.questions import Choice
from lessons.quiz.variants import first_seed, next_seed, shown_order, variant_of, vary
from tests.lessons.quiz.made import ORDERING, picks

VARIED = replace(picks("single", True, False, False), text="{n} of {", variants=({"n": "1"}, {"n": "2"}, {"n": "3"}))


def test_only_named_parameters_are_replaced() -> None:
    assert vary(VARIED, 1).text == "2 of {"


def test_what_was_measured_makes_the_right_choice() -> None:
    predict = replace(
        VARIED,
        type="predict",
        choices=(Choice("none", "w", value="0"), Choice("as many", "w", value="{n}")),
        measured=("1", "0", "3"),
    )
    assert [[choice.right for choice in vary(predict, at).choices] for at in range(3)] == [
        [False, True],
        [True, False],
        [False, True],
    ]


def test_a_seed_always_gives_the_same_order_and_others_give_others() -> None:
    assert shown_order(VARIED, 5) == shown_order(VARIED, 5)
    assert len({shown_order(VARIED, seed) for seed in range(30)}) > 3


def test_an_ordering_never_begins_solved() -> None:
    assert all(shown_order(ORDERING, seed) != (0, 1, 2, 3) for seed in range(200))


def test_groups_begin_with_different_variants() -> None:
    assert {variant_of(VARIED, first_seed(VARIED, group)) for group in range(12)} == {0, 1, 2}


def test_the_next_one_is_the_variant_seen_least_and_longest_ago_in_a_new_order() -> None:
    assert variant_of(VARIED, next_seed(VARIED, [0, 1])) == 2
    assert variant_of(VARIED, next_seed(VARIED, [1, 2, 0])) == 1
    assert next_seed(VARIED, [1, 2, 0]) not in {0, 1, 2}
