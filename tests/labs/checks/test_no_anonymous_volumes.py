from __future__ import annotations

from labs.checks.no_anonymous_volumes import run
from sandbox.composefacts import Mount
from tests.labs.facts import compose_up, context, service


def test_volumes_with_names_pass() -> None:
    verdict = run(compose_up(service("web", Mount("volume", "notes", "/data", False))), context())
    assert (verdict.status, verdict.found) == ("passed", "Volumes: `notes`")


def test_a_volume_without_a_name_fails_in_any_service() -> None:
    verdict = run(compose_up(service(), service("db", Mount("volume", "", "/data", False, True), line=9)), context())
    assert (verdict.status, verdict.line) == ("failed", 9)
    assert verdict.found == "`/data` of `db` is a volume without a name"
