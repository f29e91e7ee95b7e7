from __future__ import annotations

from labs.checks.nothing_rebuilt_on_ignored_change import run
from tests.labs.facts import INSTALL, build, context, rebuild


def test_nothing_built_again_passes() -> None:
    verdict = run(rebuild(edited="docs/ideas.md"), context())
    assert verdict.status == "passed"
    assert verdict.found == "Nothing was built again after an edit of `docs/ideas.md`"


def test_one_copied_layer_fails() -> None:
    verdict = run(rebuild(edited="docs/ideas.md", rerun=("COPY . .",)), context())
    assert verdict.status == "failed"
    assert verdict.found == "An edit of `docs/ideas.md` built again: `COPY . .`"


def test_a_stage_that_installed_again_for_the_same_result_fails() -> None:
    verdict = run(rebuild(dependencies_rerun=True), context())
    assert (verdict.status, verdict.line) == ("failed", 4)
    assert INSTALL in verdict.found


def test_an_image_without_the_packages_is_judged_by_its_layers() -> None:
    verdict = run(rebuild(dependency_step=None, dependencies_rerun=None), context())
    assert verdict.status == "passed"


def test_a_build_that_breaks_with_the_edit_fails() -> None:
    assert run(rebuild(build=build(ok=False)), context()).status == "failed"
