from __future__ import annotations

from labs.checks.containers_are_separate import run
from sandbox.facts import Twins
from tests.labs.facts import context, exchange

SECOND = exchange(ok=False, body="")


def test_a_note_that_only_the_first_knows_passes() -> None:
    assert run(Twins(True, (exchange(),), SECOND), context()).status == "passed"


def test_a_first_that_forgets_fails() -> None:
    lost = exchange(ok=False, body="")
    verdict = run(Twins(True, (exchange(), lost), SECOND), context())
    assert verdict.status == "failed"
    assert verdict.found.startswith("In the first: GET `/notes` → 200, expected 200 and “note-1”")


def test_a_second_that_knows_fails() -> None:
    assert run(Twins(True, (exchange(),), exchange()), context()).status == "failed"


def test_a_second_that_is_dead_fails() -> None:
    dead = exchange(ok=False, status=None, body="", error="refused")
    assert run(Twins(True, (exchange(),), dead), context()).status == "failed"
    assert run(Twins(False), context()).status == "failed"
