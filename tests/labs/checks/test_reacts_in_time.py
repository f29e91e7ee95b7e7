from __future__ import annotations

from labs.checks.reacts_in_time import run
from tests.labs.facts import context, health


def test_the_engines_own_settings_pass() -> None:
    verdict = run(health(interval=30.0, timeout=30.0, retries=3), context())
    assert verdict.status == "passed"
    assert verdict.found == "3 times (30 s interval + 30 s timeout) = 180 s"


def test_five_minutes_are_the_most() -> None:
    assert run(health(start_period=40.0, interval=60.0, timeout=5.0, retries=4), context()).status == "passed"
    assert run(health(start_period=41.0, interval=60.0, timeout=5.0, retries=4), context()).status == "failed"


def test_an_interval_of_an_hour_fails_with_its_line() -> None:
    verdict = run(health(interval=3600.0), context())
    assert (verdict.status, verdict.line) == ("failed", 7)


def test_without_a_check_there_are_no_settings() -> None:
    assert run(health(test=("NONE",)), context()).status == "skipped"
