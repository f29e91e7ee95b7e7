from __future__ import annotations

from labs.checks.app_survives_normal_load import run
from tests.labs.facts import compose_load, context, exchange

LOAD = context(at_once=4)


def test_right_answers_pass() -> None:
    verdict = run(compose_load(), LOAD)
    assert (verdict.status, verdict.found) == ("passed", "All 24 answered, the slowest after 0.21 s")


def test_a_limit_below_the_work_fails_and_says_which() -> None:
    verdict = run(compose_load(good=3, bad=(exchange(False, status=None),), oom_kills=1, exit_code=137), LOAD)
    assert (verdict.status, verdict.line, verdict.file) == ("failed", 2, "compose.yaml")
    assert "3 of 24" in verdict.found and "more memory" in verdict.found and "exit code 137" in verdict.found
    assert "another thread" in run(compose_load(good=3, pids_refused=4), LOAD).found
