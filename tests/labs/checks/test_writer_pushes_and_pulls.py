from __future__ import annotations

from labs.checks.writer_pushes_and_pulls import run
from tests.labs.facts import context
from tests.labs.registries import PUSHED, attempt, registry


def test_a_push_and_pulls_that_had_their_effect_pass() -> None:
    assert run(registry(PUSHED, attempt("anonymous", done=True, status=200)), context()).status == "passed"


def test_a_push_that_was_not_taken_says_how_far_it_came() -> None:
    small = attempt("writer", allowed=True, status=413, error="a layer of 1.5 MB was not taken")
    verdict = run(registry(small), context())
    assert (verdict.status, verdict.file) == ("failed", "nginx.conf")
    assert "status 413, a layer of 1.5 MB was not taken" in verdict.found


def test_no_answer_is_no_push() -> None:
    assert "no answer" in run(registry(attempt("writer", allowed=True, status=None)), context()).found
