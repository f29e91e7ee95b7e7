from __future__ import annotations

from labs.checks.few_packages import run
from tests.labs.facts import contents, context, package


def test_three_fifths_are_the_most() -> None:
    assert run(contents(packages=(package(),) * 6), context()).status == "passed"
    assert run(contents(packages=(package(),) * 7), context()).status == "failed"


def test_it_says_which_step_brought_them() -> None:
    brought = tuple(package(f"p{n}", created_by="RUN apt-get install a") for n in range(9))
    verdict = run(contents(packages=brought), context())
    assert verdict.found == "9 packages, 90% of the starter's 10: 9 from `RUN apt-get install a`"


def test_packages_that_no_list_names_are_counted_and_told() -> None:
    hidden = tuple(package(f"p{n}", listed=False) for n in range(8))
    verdict = run(contents(packages=hidden), context())
    assert verdict.status == "failed"
    assert "8 of them in no list" in verdict.found
