from __future__ import annotations

from labs.checks.still_writes_its_data import run
from tests.labs.facts import context, exchange, start

SAVED = exchange(method="POST", status=201, body="Saved.", wanted="201")


def test_a_note_that_comes_back_passes() -> None:
    verdict = run(start(exchanges=(SAVED, exchange())), context())
    assert verdict.status == "passed"
    assert verdict.found == "POST `/notes` → 201; GET `/notes` → 200"


def test_a_refused_note_is_quoted() -> None:
    refused = exchange(ok=False, method="POST", status=500, body="Permission denied: /data", wanted="201")
    verdict = run(start(exchanges=(refused, exchange())), context())
    assert verdict.status == "failed"
    assert verdict.found == "POST `/notes` → 500 `Permission denied: /data`, expected 201"
    assert "?" in verdict.hint


def test_a_note_that_is_lost_fails_although_it_was_taken() -> None:
    lost = exchange(ok=False, body="")
    assert run(start(exchanges=(SAVED, lost)), context()).status == "failed"


def test_no_answer_is_told_as_such() -> None:
    silent = exchange(ok=False, status=None, body="", error="timed out")
    assert "no answer (`timed out`)" in run(start(exchanges=(silent,)), context()).found


def test_an_app_that_nobody_asked_is_not_measured() -> None:
    assert run(start(exchanges=()), context()).status == "skipped"
