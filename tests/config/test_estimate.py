from __future__ import annotations

import time

import pytest

from config.estimate import Estimate, whole


def left(share: float, elapsed: float) -> float:
    guess = Estimate(100.0, 50.0, time.monotonic() - elapsed)
    return guess.opens_at(share) - time.time()


@pytest.mark.parametrize(
    ("share", "elapsed", "expected"),
    [
        (0.0, 0.0, 150.0),
        (0.05, 60.0, 145.0),  # too early to know the pace
        (0.5, 50.0, 100.0),
        (0.5, 100.0, 200.0),  # half as fast as expected
        (1.0, 100.0, 50.0),
    ],
)
def test_what_is_left_follows_the_pace_so_far(share: float, elapsed: float, expected: float) -> None:
    assert left(share, elapsed) == pytest.approx(expected, abs=2.0)


def test_a_machine_that_is_set_up_opens_sooner() -> None:
    assert whole(is_set_up=True) < whole(is_set_up=False)
