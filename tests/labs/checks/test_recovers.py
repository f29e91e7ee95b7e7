from __future__ import annotations

from labs.checks.recovers import run
from tests.labs.facts import broken, context, health, trial

BLIND = broken(fault="error", unhealthy=False, recovered=False)


def test_healthy_again_passes() -> None:
    verdict = run(health(broken(), BLIND), context())
    assert verdict.status == "passed"
    assert verdict.found == "Healthy again 0.5 s after the app was mended"


def test_a_check_that_ended_the_container_fails() -> None:
    verdict = run(health(broken(exit_code=0, recovered=False, unhealthy=False)), context())
    assert verdict.status == "failed"
    assert "exit code 0" in verdict.found and "kill 1" in verdict.hint


def test_a_check_that_remembers_fails() -> None:
    verdict = run(health(broken(), broken(recovered=False, mended_trial=trial(1))), context())
    assert verdict.status == "failed"
    assert verdict.found == "It stayed unhealthy: the check ended with 1 and printed nothing"


def test_what_never_turned_unhealthy_cannot_recover() -> None:
    assert run(health(BLIND), context()).status == "skipped"
    assert run(health(healthy=False), context()).status == "skipped"
