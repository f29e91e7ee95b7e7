from __future__ import annotations

from labs.checks.artefact_is_built_from_source import run
from sandbox.facts import Problem
from tests.labs.facts import build, context, exchange, rebuild, start


def test_an_edit_that_reaches_the_app_passes() -> None:
    assert run(rebuild(start=start()), context()).status == "passed"


def test_yesterdays_program_fails() -> None:
    old = exchange(ok=False, path="/", body="Notebook.", wanted="200 and “Notebook word-1.”")
    verdict = run(rebuild(edited="notebook.c", start=start(exchanges=(old,))), context())
    assert verdict.status == "failed"
    assert "`notebook.c` did not reach the app" in verdict.found and "word-1" in verdict.found


def test_a_rebuilt_app_that_is_dead_fails() -> None:
    assert run(rebuild(start=start(answered=False)), context()).status == "failed"


def test_a_build_that_the_edit_breaks_fails_with_its_line() -> None:
    stopped = build(ok=False, problem=Problem("`RUN make` ended with exit code 2", 7))
    verdict = run(rebuild(build=stopped), context())
    assert (verdict.status, verdict.line) == ("failed", 7)


def test_an_app_that_was_not_started_is_not_measured() -> None:
    assert run(rebuild(start=None), context()).status == "skipped"
