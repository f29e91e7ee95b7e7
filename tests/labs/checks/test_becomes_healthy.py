from __future__ import annotations

import pytest

from labs.checks.becomes_healthy import run
from tests.labs.facts import context, health, trial


def test_a_healthy_app_passes() -> None:
    verdict = run(health(), context())
    assert verdict.status == "passed"
    assert verdict.found == "Healthy 0.6 s after the app first answered"


@pytest.mark.parametrize(("test", "words"), [((), "declares no health check"), (("NONE",), "switches it off")])
def test_no_check_fails(test: tuple[str, ...], words: str) -> None:
    verdict = run(health(test=test, answered=False, healthy=False), context())
    assert verdict.status == "failed"
    assert words in verdict.found


def test_a_check_that_never_succeeds_is_quoted_with_its_line() -> None:
    unwell = health(healthy=False, trial=trial(127, "/bin/sh: 1: curl: not found\n"))
    verdict = run(unwell, context())
    assert (verdict.status, verdict.line) == ("failed", 7)
    assert "`curl -f localhost:8080` never succeeded" in verdict.found
    assert "ended with 127 and printed `/bin/sh: 1: curl: not found`" in verdict.found


def test_a_check_that_ends_the_container_at_once_fails() -> None:
    assert "exit code 0" in run(health(healthy=False, exit_code=0), context()).found


def test_an_app_that_never_answered_has_no_health() -> None:
    assert run(health(answered=False, healthy=False), context()).status == "skipped"
