from __future__ import annotations

from labs.checks.same_packages_tomorrow import run
from sandbox.tomorrowfacts import Installed
from tests.labs.facts import build, context, tomorrow


def test_the_same_versions_pass() -> None:
    assert run(tomorrow(), context()).status == "passed"


def test_a_package_that_only_another_one_asks_for_counts() -> None:
    found = (Installed("flask", "3.0.3", "3.0.3"), Installed("werkzeug", "3.1.9", "3.1.10"))
    verdict = run(tomorrow(installed=found), context())
    assert (verdict.status, verdict.found) == ("failed", "`werkzeug` 3.1.9 → 3.1.10")


def test_a_package_that_came_or_went_counts() -> None:
    verdict = run(tomorrow(installed=(Installed("new", "", "1.0"),)), context())
    assert verdict.found == "`new` not there → 1.0"


def test_without_records_nothing_is_known() -> None:
    verdict = run(tomorrow(installed=(), dependency=False), context(dependency="flask"))
    assert (verdict.status, verdict.found) == (
        "failed",
        "No record of `flask` is in the image, so its version is not known",
    )


def test_a_build_that_stops_fails() -> None:
    assert run(tomorrow(build=build(ok=False)), context()).status == "failed"
