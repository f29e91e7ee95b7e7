from __future__ import annotations

from labs.checks.pids_limited import run
from sandbox.composefacts import Press
from tests.labs.facts import context, pressure

BUDGET = context(pids=64)


def test_the_budget_itself_passes() -> None:
    assert run(pressure(), BUDGET).found == "The limit is 64; a loop that went for 128 threads got 60"


def test_no_limit_and_one_past_the_budget_fail() -> None:
    assert run(pressure(pids=None), BUDGET).status == "failed"
    assert run(pressure(pids=128), BUDGET).status == "failed"


def test_a_limit_that_does_not_hold_fails() -> None:
    assert run(pressure(presses=(Press("pids", 128, 128, "finished", 0),)), BUDGET).status == "failed"
