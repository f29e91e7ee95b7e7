from __future__ import annotations

from labs.checks.allowed_links_work import run
from tests.labs.facts import context, link, matrix

ALLOWED = context(allowed=("web>api", "web>outside"))


def test_connections_that_are_made_pass() -> None:
    verdict = run(matrix(link("web", "api"), link("web", "outside", port=80)), ALLOWED)
    assert verdict.found == "`web` → `api` port 8080: connected; `web` → the outside: connected"
    assert verdict.status == "passed"


def test_a_machine_that_refuses_is_no_connection() -> None:
    verdict = run(matrix(link("web", "api", "refused"), link("web", "outside", "unreachable")), ALLOWED)
    assert (verdict.status, verdict.line, verdict.file) == ("failed", 6, "compose.yaml")
    assert "refused by the machine" in verdict.found and "no way there" in verdict.found


def test_a_service_that_does_not_run_fails() -> None:
    verdict = run(matrix(link("web", "outside"), names=("web",)), ALLOWED)
    assert (verdict.status, verdict.found) == ("failed", "No service called `api` runs")
