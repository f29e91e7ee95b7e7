from __future__ import annotations

from labs.checks.deps_cached_on_source_change import run
from sandbox.facts import Problem
from tests.labs.facts import INSTALL, build, context, exchange, rebuild, start


def test_a_cached_installation_passes() -> None:
    verdict = run(rebuild(rerun=("COPY . .",), start=start()), context())
    assert verdict.status == "passed"
    assert verdict.found == f"`{INSTALL}` came from the cache; built again: `COPY . .`"


def test_an_installation_that_ran_again_fails_at_its_line() -> None:
    verdict = run(rebuild(dependencies_rerun=True, dependency_line=5), context())
    assert (verdict.status, verdict.line) == ("failed", 5)
    assert verdict.found == f"`{INSTALL}` ran again after an edit of `app.py`"


def test_packages_that_are_found_nowhere_are_not_measured() -> None:
    nowhere = rebuild(dependency_step=None, dependency_line=None, dependencies_rerun=None)
    verdict = run(nowhere, context(dependency="bottle"))
    assert verdict.status == "skipped"
    assert verdict.found.startswith("Not measured: we look for the file of `bottle` in the layers of your stages")


def test_an_edit_that_does_not_reach_the_app_fails() -> None:
    verdict = run(rebuild(start=start(exchanges=(exchange(ok=False, path="/"),))), context())
    assert verdict.status == "failed"
    assert "did not reach the app" in verdict.found


def test_a_rebuilt_app_that_is_dead_fails() -> None:
    dead = start(answered=False, exchanges=())
    assert run(rebuild(start=dead), context()).status == "failed"


def test_a_build_that_breaks_with_the_edit_fails() -> None:
    broken = build(ok=False, problem=Problem("The checksum differs.", line=6))
    verdict = run(rebuild(build=broken, dependencies_rerun=None), context())
    assert (verdict.status, verdict.line) == ("failed", 6)
    assert "did not build any more: The checksum differs." in verdict.found
