from __future__ import annotations

from labs.checks.secret_not_in_any_layer import run
from sandbox.facts import Leak, Leaks
from tests.labs.facts import context

COPY = "COPY . ."


def test_a_secret_that_stayed_outside_passes() -> None:
    assert run(Leaks("secret.env", ()), context()).status == "passed"


def test_every_place_is_named_with_its_layer() -> None:
    verdict = run(Leaks("secret.env", (Leak("/app/secret.env", COPY, True),)), context())
    assert verdict.status == "failed"
    assert verdict.found == "`/app/secret.env` from `COPY . .` holds it"


def test_a_removed_file_leaks_all_the_same() -> None:
    verdict = run(Leaks("secret.env", (Leak("/app/secret.env", COPY, False),)), context())
    assert verdict.status == "failed"
    assert "removed by a later layer and still in there" in verdict.found


def test_the_configuration_leaks_too() -> None:
    assert "configuration" in run(Leaks("secret.env", (Leak("", "", True),)), context()).found
