from __future__ import annotations

from labs.checks.data_survives import run
from sandbox.facts import Problem
from tests.labs.facts import compose_cycle, context, exchange


def test_a_note_that_is_there_again_passes() -> None:
    verdict = run(compose_cycle(), context())
    assert (verdict.status, verdict.found) == ("passed", "The note is there 1.9 s later, in another container")


def test_a_lost_note_fails_at_the_service() -> None:
    verdict = run(compose_cycle(exchange(False, body="", wanted="200 and “note-1”")), context(service="web"))
    assert (verdict.status, verdict.line, verdict.file) == ("failed", 2, "compose.yaml")
    assert verdict.found == "GET `/notes` → 200, expected 200 and “note-1”, 1.9 s later"


def test_a_project_that_does_not_come_back_fails() -> None:
    problem = Problem("port is already allocated", 4, "compose.yaml")
    verdict = run(compose_cycle(answered=False, problem=problem), context())
    assert (verdict.status, verdict.found, verdict.line) == ("failed", "port is already allocated", 4)
    assert run(compose_cycle(answered=False), context()).found == "The app did not answer again"
