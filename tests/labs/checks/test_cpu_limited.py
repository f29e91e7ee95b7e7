from __future__ import annotations

from labs.checks.cpu_limited import run
from tests.labs.facts import context, pressure

BUDGET = context(cpus=0.5)


def test_the_budget_itself_passes() -> None:
    verdict = run(pressure(), BUDGET)
    assert verdict.status == "passed"
    assert verdict.found == "The limit is 0.5 processors; two spinning processes had 0.31 s of it in 0.62 s"


def test_no_limit_and_one_past_the_budget_fail() -> None:
    assert run(pressure(cpus=None), BUDGET).status == "failed"
    assert run(pressure(cpus=0.75), BUDGET).found.startswith("The limit is 0.75 processors")
