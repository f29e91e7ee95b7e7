from __future__ import annotations

from labs.checks.builds import run
from sandbox.facts import Problem
from tests.labs.facts import build, context


def test_an_image_passes_with_its_steps() -> None:
    verdict = run(build(), context())
    assert verdict.status == "passed"
    assert verdict.found == "Built in 0.8 s: 2 steps, 1 from the cache"


def test_a_failed_step_is_named_with_its_line() -> None:
    problem = Problem("`pip instal` ended with exit code 1.", line=4)
    verdict = run(build(ok=False, problem=problem), context())
    assert (verdict.status, verdict.line) == ("failed", 4)
    assert verdict.found == "`pip instal` ended with exit code 1."
    assert "?" in verdict.hint


def test_a_line_of_another_file_is_not_a_line_of_the_dockerfile() -> None:
    verdict = run(build(ok=False, problem=Problem("It is not UTF-8.", 2, "entrypoint.sh")), context())
    assert verdict.line is None
    assert verdict.found.endswith("(entrypoint.sh, line 2)")


def test_before_the_first_step_there_is_no_log_to_read() -> None:
    verdict = run(build(ok=False, steps=(), problem=Problem("unknown instruction FORM", 1)), context())
    assert "log" not in verdict.hint
    assert "?" in verdict.hint


def test_a_failure_without_a_reason_still_fails() -> None:
    assert run(build(ok=False), context()).status == "failed"
