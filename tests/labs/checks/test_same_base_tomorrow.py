from __future__ import annotations

from labs.checks.same_base_tomorrow import run
from sandbox.facts import Problem
from tests.labs.facts import build, context, tomorrow


def test_the_same_base_passes() -> None:
    assert run(tomorrow(), context()).status == "passed"
    assert run(tomorrow(base=None), context()).found == "It stands on no image from outside"


def test_a_newer_build_is_named() -> None:
    verdict = run(tomorrow(moved=("python:3.11-slim",)), context())
    assert verdict.found == "It stands on a newer build of `python:3.11-slim`"


def test_a_build_that_stops_is_said() -> None:
    verdict = run(tomorrow(build=build(ok=False, problem=Problem("gone", 2))), context())
    assert (verdict.status, verdict.line) == ("failed", 2)
    assert verdict.found == "On another day it did not build any more: gone"
