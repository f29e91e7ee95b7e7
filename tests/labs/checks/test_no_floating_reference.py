from __future__ import annotations

from labs.checks.no_floating_reference import run
from sandbox.tomorrowfacts import Reference
from tests.labs.facts import context, tomorrow


def test_a_tag_to_the_patch_passes() -> None:
    assert run(tomorrow(), context()).found == "`python:3.11.2-slim`"


def test_a_moving_tag_is_named_with_its_line() -> None:
    taken = (Reference("python:3.11.2-slim", 1, ""), Reference("debian:12-slim", 4, "the tag is given to newer builds"))
    verdict = run(tomorrow(references=taken), context())
    assert (verdict.status, verdict.line) == ("failed", 4)
    assert verdict.found == "line 4: `debian:12-slim`, the tag is given to newer builds"


def test_scratch_alone_takes_nothing_from_outside() -> None:
    assert run(tomorrow(references=()), context()).status == "passed"
