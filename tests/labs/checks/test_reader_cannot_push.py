from __future__ import annotations

from labs.checks.reader_cannot_push import run
from tests.labs.facts import context
from tests.labs.registries import PUSHED, attempt, registry

PULLS = attempt("reader", allowed=True, done=True, status=200)


def test_a_reader_that_pulls_and_changes_nothing_passes() -> None:
    assert run(registry(PUSHED, PULLS, attempt("reader", status=403)), context()).status == "passed"


def test_a_reader_that_pushes_fails() -> None:
    verdict = run(registry(PUSHED, PULLS, attempt("reader", done=True, status=201)), context())
    assert verdict.status == "failed" and "status 201" in verdict.found


def test_a_reader_that_cannot_pull_fails() -> None:
    assert run(registry(PUSHED, attempt("reader", allowed=True, status=403)), context()).status == "failed"
