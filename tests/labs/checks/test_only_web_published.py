from __future__ import annotations

from labs.checks.only_web_published import run
from tests.labs.facts import context, matrix, opened


def test_web_alone_passes() -> None:
    verdict = run(matrix(ports=(opened(),)), context())
    assert verdict.status == "passed"
    assert verdict.found == "port 8080 of the machine leads to `web` port 8080 and answers"


def test_another_service_fails_at_its_ports() -> None:
    verdict = run(matrix(ports=(opened(), opened("db", "refused", 5432))), context())
    assert (verdict.status, verdict.line) == ("failed", 18)
    assert "port 5432" in verdict.found


def test_web_has_to_be_published_and_to_answer() -> None:
    assert run(matrix(), context()).found == "No port of `web` is published"
    assert run(matrix(ports=(opened(reach="refused"),)), context()).status == "failed"
