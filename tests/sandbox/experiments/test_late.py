"""Which runs of a script get another try; needs no engine."""

from __future__ import annotations

import pytest

from sandbox.experiments.script import FEW, late
from sandbox.scriptfacts import CaseRun, Ran


def runs(*limits: str) -> list[CaseRun]:
    return [CaseRun(str(number), "any", True, Ran(None, "", "", 4.0, limit)) for number, limit in enumerate(limits)]


def test_the_few_whose_time_was_over_beside_others_run_again() -> None:
    assert late(runs("", "time", "", "memory", "time")) == [1, 4]


@pytest.mark.parametrize(
    "limits", [[], [""], ["time"], ["memory", ""], ["time"] * (FEW + 1) + [""], ["time"] * FEW], ids=str
)
def test_a_script_that_is_slow_by_itself_does_not(limits: list[str]) -> None:
    assert late(runs(*limits)) == []
