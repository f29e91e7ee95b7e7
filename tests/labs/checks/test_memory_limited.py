from __future__ import annotations

from labs.checks.memory_limited import run
from sandbox.composefacts import Press
from tests.labs.facts import context, pressure

BUDGET = context(memory_mb=128)


def test_the_budget_itself_passes() -> None:
    verdict = run(pressure(), BUDGET)
    assert verdict.status == "passed"
    assert verdict.found == "The limit is 128 MB; a process that went for 192 MB was stopped at 113 MB"


def test_no_limit_and_one_past_the_budget_fail() -> None:
    none = run(pressure(memory=None), BUDGET)
    assert (none.status, none.line, none.file) == ("failed", 6, "compose.yaml")
    assert run(pressure(memory=192 * 2**20), BUDGET).status == "failed"


def test_a_limit_that_does_not_hold_fails() -> None:
    verdict = run(pressure(presses=(Press("memory", 192, 192, "finished", 0),)), BUDGET)
    assert (verdict.status, verdict.found) == ("failed", "The limit is 128 MB; a process had 192 MB and went on")
