from __future__ import annotations

from labs.checks.cpu_limited import run
from sandbox.composefacts import Press
from tests.labs.facts import context, pressure

BUDGET = context(cpus=0.5)


def test_the_budget_itself_passes() -> None:
    verdict = run(pressure(), BUDGET)
    assert verdict.status == "passed"
    assert verdict.found == "The limit is 0.5 processors; two spinning processes used 0.50 of a processor"


def test_no_limit_and_one_past_the_budget_fail() -> None:
    assert run(pressure(cpus=None), BUDGET).status == "failed"
    assert run(pressure(cpus=0.75), BUDGET).found.startswith("The limit is 0.75 processors")


def test_a_figure_that_says_otherwise_is_not_shown() -> None:
    """A busy machine gives a spinning process little, whatever its limit."""
    starved = pressure(cpus=1.0, presses=(Press("cpu", 2, 0, "finished", 0, 0.09, 0.6),))
    assert run(starved, BUDGET).found == "The limit is 1 processor"
