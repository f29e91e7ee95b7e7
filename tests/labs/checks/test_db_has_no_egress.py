from __future__ import annotations

from labs.checks.db_has_no_egress import run
from tests.labs.facts import context, link, matrix


def test_no_way_out_passes() -> None:
    verdict = run(matrix(link("db", "outside", "unreachable")), context())
    assert (verdict.status, verdict.found) == ("passed", "`db` → the outside: no way there")


def test_a_way_out_fails_at_the_networks_of_the_database() -> None:
    verdict = run(matrix(link("db", "outside")), context())
    assert (verdict.status, verdict.line, verdict.file) == ("failed", 20, "compose.yaml")


def test_without_a_database_nothing_is_measured() -> None:
    assert run(matrix(link("web", "outside")), context()).status == "skipped"
