from __future__ import annotations

from labs.checks.data_survives_restart import run
from tests.labs.facts import context
from tests.labs.registries import PUSHED, attempt, registry


def test_what_is_there_afterwards_passes() -> None:
    assert run(registry(PUSHED, attempt("restart", allowed=True, done=True, status=200)), context()).status == "passed"


def test_what_is_gone_fails_at_the_compose_file() -> None:
    verdict = run(registry(PUSHED, attempt("restart", allowed=True, status=404)), context())
    assert (verdict.status, verdict.file) == ("failed", "compose.yaml")


def test_a_project_that_did_not_come_up_again_was_not_asked() -> None:
    assert run(registry(PUSHED), context()).status == "skipped"
