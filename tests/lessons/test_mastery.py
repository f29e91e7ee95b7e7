from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from lessons.mastery import Level, Row, State, rolled_up, state
from lessons.outside import Check

START = datetime(2026, 3, 1, 9, tzinfo=UTC)
GAP = timedelta(hours=20)
CHECKS = (
    Check("non-root", "Non-root", "no-root-process", "Nothing runs as root", "s", True),
    Check("non-root", "Non-root", "data", "It writes", "s", True),
    Check("non-root", "Non-root", "code", "Extra", "s", False),
    Check("capstone", "Capstone", "no-root-process", "Nothing runs as root", "s", True),
)
PRACTICE = ("a", "b")


def quiz(hours: float, question: str = "a", variant: int = 0, share: float = 1.0) -> Row:
    at = START + timedelta(hours=hours)
    return Row(f"quiz/{question}/v{variant}/{hours}", share >= 0.8, share, at)


def check(hours: float, name: str = "no-root-process", lab: str = "non-root", *, passed: bool = True) -> Row:
    return Row(f"labs/{lab}/s{hours}/{name}", passed, float(passed), START + timedelta(hours=hours))


def of(*rows: Row, checks: tuple[Check, ...] = CHECKS) -> State:
    return state("s", rows, PRACTICE, checks, GAP)


PASSED = (check(0), check(0, "data"))
TWO_DAYS = (quiz(0, "a"), quiz(1, "b"), quiz(21, "a", 1), quiz(22, "b", 1))


@pytest.mark.parametrize(
    ("rows", "level"),
    [
        ((), Level.NEW),
        ((quiz(0, share=0.0),), Level.LEARNING),
        ((check(0, passed=False),), Level.LEARNING),
        ((check(0, "code"),), Level.LEARNING),
        ((quiz(0, "a"),), Level.LEARNING),  # the other question is not answered
        ((quiz(0, "a"), quiz(0, "b", share=0.6)), Level.PRACTISED),
        ((quiz(0, "a"), quiz(0, "b", share=0.5)), Level.LEARNING),
        ((check(0),), Level.PRACTISED),
        ((*PASSED, *TWO_DAYS), Level.MASTERED),
        (TWO_DAYS, Level.PRACTISED),  # questions alone do not master
        ((check(0), *TWO_DAYS), Level.PRACTISED),  # one required check is missing
        ((check(0, lab="capstone"), *TWO_DAYS), Level.MASTERED),  # all that this lab requires
        ((*PASSED, quiz(0, "a"), quiz(1, "b"), quiz(19, "a", 1), quiz(19, "b", 1)), Level.PRACTISED),  # too soon
        ((*PASSED, quiz(0, "a"), quiz(21, "a", 1)), Level.PRACTISED),  # one answer is no occasion
        ((*PASSED, quiz(0, "a"), quiz(1, "b"), quiz(21, "a"), quiz(22, "b")), Level.PRACTISED),  # seen before
    ],
)
def test_a_skill_is_as_far_as_its_evidence(rows: tuple[Row, ...], level: Level) -> None:
    assert of(*rows).level is level


def test_guessing_until_it_is_green_lowers_its_occasion() -> None:
    guessed = [quiz(0, "a", v, share) for v, share in enumerate((0.0, 0.0, 1.0))]
    assert not of(*guessed).occasions[0].good
    again = quiz(0.5, "a", 2)  # the same variant again is not unseen
    assert len(of(*guessed, again).occasions[0].shares) == 3


def test_nobody_is_demoted() -> None:
    slips = [quiz(30 + n, "a", 2 + n, 0.0) for n in range(6)]
    assert of(*PASSED, *TWO_DAYS, *slips, check(50, passed=False)).level is Level.MASTERED
    assert of(check(0), check(1, passed=False)).level is Level.PRACTISED


def test_a_variant_is_unseen_again_after_three_weeks() -> None:
    rows = (quiz(0, "a"), quiz(1, "b"), quiz(24 * 22, "a"), quiz(24 * 22 + 1, "b"))
    assert of(*rows).good_occasions == 2


def test_the_order_of_the_rows_does_not_matter() -> None:
    assert of(*reversed((*PASSED, *TWO_DAYS))).level is Level.MASTERED


def test_reviews_are_due_after_two_seven_and_twenty_one_days() -> None:
    days = [timedelta(days=n) for n in (2, 7, 21)]
    assert of(check(0)).review_at == START + days[0]
    assert of(check(0), quiz(24 * 3)).review_at == START + days[1]
    assert of(check(0), quiz(24 * 8)).review_at == START + days[2]
    assert of(check(0), quiz(24 * 22)).review_at is None
    assert of(quiz(0)).review_at is None


def test_the_check_to_pass_next_is_of_the_lab_that_is_nearest_to_done() -> None:
    found = of(quiz(0)).open_check
    assert found is not None and found.lab == "capstone"
    assert of(*PASSED).open_check is None


def test_without_checks_a_skill_can_be_practised_and_not_mastered() -> None:
    assert of(*TWO_DAYS, checks=()).level is Level.PRACTISED


@pytest.mark.parametrize(
    ("levels", "level"),
    [
        ([Level.NEW, Level.NEW], Level.NEW),
        ([Level.NEW, Level.MASTERED], Level.LEARNING),
        ([Level.PRACTISED, Level.MASTERED], Level.PRACTISED),
        ([Level.MASTERED, Level.MASTERED], Level.MASTERED),
        ([], Level.NEW),
    ],
)
def test_an_objective_is_as_far_as_its_least_skill(levels: list[Level], level: Level) -> None:
    rows = {
        Level.NEW: of(),
        Level.LEARNING: of(quiz(0)),
        Level.PRACTISED: of(check(0)),
        Level.MASTERED: of(*PASSED, *TWO_DAYS),
    }
    assert rolled_up([rows[one] for one in levels]) is level
