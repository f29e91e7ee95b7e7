from __future__ import annotations

import pytest

from labs.checks.wrong_password_refused import run
from tests.labs.facts import context
from tests.labs.registries import PUSHED, attempt, registry


def test_refusals_pass() -> None:
    verdict = run(registry(PUSHED, attempt("stranger"), attempt("anonymous", done=True, status=200)), context())
    assert verdict.status == "passed" and "status 401" in verdict.found


@pytest.mark.parametrize("status", [200, 202])
def test_one_that_had_its_effect_fails(status: int) -> None:
    verdict = run(registry(PUSHED, attempt("stranger"), attempt("stranger", done=True, status=status)), context())
    assert (verdict.status, verdict.file) == ("failed", "nginx.conf")
    assert f"status {status}" in verdict.found


def test_a_registry_that_refuses_its_writer_too_says_nothing() -> None:
    nobody = attempt("writer", allowed=True, status=403)
    assert run(registry(nobody, attempt("stranger")), context()).status == "skipped"


def test_one_that_was_not_asked_says_nothing() -> None:
    assert run(registry(), context()).status == "skipped"
