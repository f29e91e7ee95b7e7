from __future__ import annotations

from dataclasses import replace

import pytest

from labs.checks.web_cannot_reach_db import run
from sandbox.composefacts import Reach, Relay
from tests.labs.facts import context, link, matrix


def test_no_connection_in_either_direction_passes() -> None:
    assert run(matrix(link("web", "db", "silent"), link("db", "web", "unreachable")), context()).status == "passed"


@pytest.mark.parametrize("reach", ["open", "refused"])
@pytest.mark.parametrize("pair", [("web", "db"), ("db", "web")])
def test_either_direction_fails_also_where_nobody_listens(pair: tuple[str, str], reach: Reach) -> None:
    other = link(pair[1], pair[0], "silent")
    verdict = run(matrix(link(*pair, reach), other), context())
    assert (verdict.status, verdict.line) == ("failed", 6)


def test_without_both_nothing_is_measured() -> None:
    assert run(matrix(link("web", "db", "unreachable")), context()).status == "skipped"


def test_whoever_answers_web_as_db_does_joins_the_two() -> None:
    """A tunnel, a proxy, the api's own container: no link of its own, and the database all the same."""
    apart = matrix(link("web", "db", "silent"), link("db", "web", "unreachable"))
    verdict = run(replace(apart, relays=(Relay("web", "db", "tunnel", 5432),)), context())
    assert verdict.status == "failed"
    assert verdict.found == "`web` → `tunnel` port 5432: answered as `db` does, with the notes that it keeps"
