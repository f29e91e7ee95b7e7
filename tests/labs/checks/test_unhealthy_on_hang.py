from __future__ import annotations

from labs.checks.unhealthy_on_hang import run
from tests.labs.facts import broken, context, health, trial

OTHER = broken(fault="error", unhealthy=False)


def test_a_fault_that_was_noticed_passes() -> None:
    verdict = run(health(OTHER, broken(fault="hang")), context())
    assert verdict.status == "passed"
    assert verdict.found == "Unhealthy after 0.8 s: the check ended with 7 and printed `curl: (7) Failed to connect`"


def test_a_check_that_stays_content_fails_with_what_it_said() -> None:
    blind = broken(fault="hang", unhealthy=False, trial=trial(0, "alive"))
    verdict = run(health(blind), context())
    assert (verdict.status, verdict.line) == ("failed", 7)
    assert verdict.found == "It stayed healthy: the check ended with 0 and printed `alive`"


def test_a_container_that_ended_has_no_health_to_judge() -> None:
    assert run(health(broken(fault="hang", exit_code=0)), context()).status == "skipped"


def test_a_fault_that_was_not_tried_is_not_measured() -> None:
    assert run(health(OTHER), context()).status == "skipped"


def test_an_app_that_takes_connections_and_answers_none_hangs_as_well() -> None:
    blind = broken(fault="stall", unhealthy=False, trial=trial(0, "open"))
    verdict = run(health(broken(fault="hang"), blind), context())
    assert (verdict.status, verdict.line) == ("failed", 7)
    assert "still takes connections" in verdict.hint
