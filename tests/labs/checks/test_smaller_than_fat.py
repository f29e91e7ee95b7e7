from __future__ import annotations

from labs.checks.smaller_than_fat import run
from tests.labs.facts import contents, context


def test_half_is_the_most() -> None:
    assert run(contents(size=50), context()).status == "passed"
    assert run(contents(size=51), context()).status == "failed"


def test_it_says_both_sizes() -> None:
    verdict = run(contents(size=60_000_000, starter_size=500_000_000), context())
    assert verdict.found == "60.0 MB, 12% of the starter's 500.0 MB"
