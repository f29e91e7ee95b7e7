from __future__ import annotations

from labs.checks.app_still_works import run
from tests.labs.facts import compose_up, context, exchange


def test_right_answers_pass() -> None:
    assert run(compose_up(), context()).found == "GET `/notes` → 200"


def test_a_wrong_answer_fails() -> None:
    verdict = run(compose_up(exchanges=(exchange(False, status=500, body="Read-only file system"),)), context())
    assert verdict.status == "failed" and "Read-only file system" in verdict.found


def test_without_requests_nothing_is_measured() -> None:
    assert run(compose_up(exchanges=()), context()).status == "skipped"
