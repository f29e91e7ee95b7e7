from __future__ import annotations

from typing import Any

from labs.checks.deps_rerun_on_manifest_change import run
from sandbox.facts import Rebuild
from tests.labs.facts import INSTALL, build, context, exchange, rebuild, start


def edited(**fields: Any) -> Rebuild:
    plain = {"edited": "requirements.txt", "dependencies_rerun": True, "start": start()}
    return rebuild(**{**plain, **fields})


def test_a_package_that_is_installed_and_imported_passes() -> None:
    verdict = run(edited(), context())
    assert verdict.status == "passed"
    assert verdict.found.startswith(f"`{INSTALL}` ran again, and GET `/notes` → 200")


def test_a_cached_installation_fails_even_if_the_package_is_there_by_luck() -> None:
    verdict = run(edited(dependencies_rerun=False), context())
    assert (verdict.status, verdict.line) == ("failed", 4)
    assert "although `requirements.txt` had changed" in verdict.found


def test_an_installation_that_ran_without_the_package_fails() -> None:
    missing = exchange(ok=False, path="/packages/humanize", status=404, body="cannot be imported")
    verdict = run(edited(start=start(exchanges=(missing,))), context())
    assert verdict.status == "failed"
    assert "GET `/packages/humanize` → 404 `cannot be imported`" in verdict.found


def test_a_rebuilt_app_that_is_dead_fails() -> None:
    assert run(edited(start=start(answered=False, exchanges=())), context()).status == "failed"


def test_an_app_that_nobody_asked_is_not_measured() -> None:
    assert run(edited(start=None), context()).status == "skipped"
    assert run(edited(start=start(exchanges=())), context()).status == "skipped"


def test_packages_that_are_found_nowhere_are_not_measured() -> None:
    nowhere = edited(dependency_step=None, dependencies_rerun=None)
    assert run(nowhere, context(dependency="bottle")).status == "skipped"


def test_a_build_that_breaks_with_the_edit_fails() -> None:
    assert run(edited(build=build(ok=False)), context()).status == "failed"
