from __future__ import annotations

from labs.checks.app_still_works import run
from tests.labs.facts import compose_up, context, exchange, service


def test_right_answers_pass() -> None:
    assert run(compose_up(), context()).found == "GET `/notes` → 200"


def test_a_wrong_answer_fails() -> None:
    verdict = run(compose_up(exchanges=(exchange(False, status=500, body="Read-only file system"),)), context())
    assert verdict.status == "failed" and "Read-only file system" in verdict.found


def test_without_requests_nothing_is_measured() -> None:
    assert run(compose_up(exchanges=()), context()).status == "skipped"


def test_a_service_behind_it_is_asked_for_by_its_network() -> None:
    verdict = run(compose_up(exchanges=(exchange(False, status=502, body="the api does not answer"),)), context())
    assert "network in common" in verdict.hint and "directory" not in verdict.hint


def test_a_service_that_ended_is_named_with_its_line() -> None:
    db = service("db", state="exited", exit_code=2, log_tail="no such file: base.py\n", line=9)
    verdict = run(compose_up(db, exchanges=(exchange(False, status=500),)), context())
    assert "`db` ended with exit code 2; its last line was `no such file: base.py`" in verdict.found
    assert (verdict.line, verdict.file) == (9, "compose.yaml")
