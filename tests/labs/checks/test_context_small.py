from __future__ import annotations

from labs.checks.context_small import run
from tests.labs.facts import build, context


def test_a_tenth_is_the_most() -> None:
    assert run(build(context_sent=2_000_000, context_size=20_000_000), context()).status == "passed"
    verdict = run(build(context_sent=2_000_001, context_size=20_000_000), context())
    assert verdict.status == "failed"
    assert verdict.found == "2.0 of 20.0 MB were sent"


def test_a_builder_that_asked_for_nothing_passes() -> None:
    assert run(build(context_sent=None, context_size=20_000_000), context()).status == "passed"


def test_nothing_there_is_nothing_measured() -> None:
    assert run(build(context_size=0), context()).status == "skipped"
