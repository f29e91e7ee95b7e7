from __future__ import annotations

from labs.checks.final_image_small import run
from tests.labs.facts import context, image_files


def test_a_small_image_passes() -> None:
    verdict = run(image_files(size=75_000_000, starter_size=250_000_000), context())
    assert verdict.status == "passed"
    assert verdict.found == "75.0 MB, 30% of the starter's 250.0 MB"


def test_three_fifths_are_the_most() -> None:
    assert run(image_files(size=60, starter_size=100), context()).status == "passed"
    assert run(image_files(size=61, starter_size=100), context()).status == "failed"
