from __future__ import annotations

from labs.checks.app_works import run
from sandbox.facts import Problem
from tests.labs.facts import context, exchange, start


def test_an_app_that_does_its_work_passes() -> None:
    verdict = run(start(exchanges=(exchange(),)), context(profile="profile.json"))
    assert verdict.status == "passed" and "all 1 requests" in verdict.found


def test_a_wrong_answer_fails() -> None:
    bad = exchange(ok=False, status=500, body="no")
    verdict = run(start(exchanges=(exchange(), bad)), context(profile="profile.json"))
    assert (verdict.status, verdict.file) == ("failed", "profile.json")
    assert "→ 500 `no`" in verdict.found


def test_an_app_that_ended_says_how_and_its_last_words() -> None:
    dead = start(answered=False, exit_code=159, log_tail="Traceback\nRuntimeError: can't start new thread\n")
    verdict = run(dead, context(profile="profile.json"))
    assert "exit code 159; its last line was `RuntimeError: can't start new thread`" in verdict.found


def test_an_app_that_never_answers_fails() -> None:
    assert "gave no good answer" in run(start(answered=False), context(profile="profile.json")).found


def test_a_file_that_cannot_be_read_has_its_line() -> None:
    unread = start(answered=False, problem=Problem("profile.json: no JSON", 3, "profile.json"))
    verdict = run(unread, context(profile="profile.json"))
    assert (verdict.status, verdict.line, verdict.file) == ("failed", 3, "profile.json")
