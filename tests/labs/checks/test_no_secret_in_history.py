from __future__ import annotations

from labs.checks.no_secret_in_history import run
from sandbox.facts import Leak, Leaks
from tests.labs.facts import context


def test_nothing_found_passes() -> None:
    assert run(Leaks("deploy.env", ()), context()).status == "passed"


def test_a_removed_file_and_the_configuration_are_told() -> None:
    places = (Leak("/app/deploy.env", "COPY . .", False), Leak("", "", True, "ntb-live-0123456789"))
    verdict = run(Leaks("deploy.env", places), context())
    assert verdict.status == "failed"
    assert verdict.found == (
        "`/app/deploy.env` from `COPY . .` holds what `deploy.env` holds, removed by a later layer and still in there; "
        "The image's configuration shows the secret `ntb-…`"
    )


def test_a_secret_is_never_shown_whole() -> None:
    assert "0123456789" not in run(Leaks("a", (Leak("/a", "b", True, "ntb-live-0123456789"),)), context()).found
