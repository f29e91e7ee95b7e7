from __future__ import annotations

import pytest

from labs.checks.blocks_unsigned import run
from tests.labs import gate
from tests.labs.facts import context


def test_stopped_cases_pass_and_others_do_not_matter() -> None:
    fact = gate.gate(gate.run("one", "unsigned", stdout="stopped: so\n"), gate.run("other", "clean", 0))
    verdict = run(fact, context())
    assert verdict.status == "passed"
    assert "one: exit code 1, `stopped: so`" in verdict.found


@pytest.mark.parametrize(("exit_code", "limit", "words"), [(0, "", "exit code 0"), (None, "time", "ended by a limit")])
def test_one_that_got_through_or_never_said_no_fails(exit_code: int | None, limit: str, words: str) -> None:
    fact = gate.gate(gate.run("one", "unsigned"), gate.run("two-of-it", "unsigned", exit_code, limit=limit))
    verdict = run(fact, context())
    assert (verdict.status, verdict.file) == ("failed", "gate")
    assert "two of it: " in verdict.found and words in verdict.found and "one:" not in verdict.found
