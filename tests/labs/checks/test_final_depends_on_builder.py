from __future__ import annotations

from labs.checks.final_depends_on_builder import run
from sandbox.facts import Problem
from tests.labs.facts import build, context, rebuild


def test_a_build_that_stops_passes() -> None:
    stopped = build(ok=False, problem=Problem("`RUN gcc -o x x.c` ended with exit code 1", 7))
    verdict = run(rebuild(edited="notebook.c", build=stopped), context())
    assert verdict.status == "passed"
    assert verdict.found == "With a mistake in `notebook.c`: `RUN gcc -o x x.c` ended with exit code 1"


def test_an_image_all_the_same_fails() -> None:
    assert run(rebuild(build=build(ok=True)), context()).status == "failed"
