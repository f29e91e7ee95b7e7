from __future__ import annotations

from labs.checks.serves import run
from sandbox.facts import Problem
from tests.labs.facts import context, start


def test_an_answer_passes() -> None:
    verdict = run(start(), context(port=9000, ready="/up"))
    assert verdict.status == "passed"
    assert verdict.expected == "`GET /up` on port 9000 is answered from another container"


def test_an_app_that_ended_is_quoted() -> None:
    dead = start(answered=False, exit_code=1, log_tail="Traceback\nModuleNotFoundError: bottle\n\n")
    verdict = run(dead, context())
    assert verdict.status == "failed"
    assert verdict.found == "The app ended with exit code 1; its last line was `ModuleNotFoundError: bottle`"


def test_a_drawn_line_is_not_what_it_said_last() -> None:
    log = f"PermissionError: [Errno 1] Operation not permitted\n{'-' * 40}\n"
    verdict = run(start(answered=False, log_tail=log), context())
    assert verdict.found.endswith("its last line was `PermissionError: [Errno 1] Operation not permitted`")


def test_an_app_that_ended_well_is_gone_all_the_same() -> None:
    verdict = run(start(answered=False, exit_code=0), context())
    assert verdict.status == "failed"
    assert verdict.found == "The app ended with exit code 0 and printed nothing"


def test_an_app_out_of_reach_is_asked_for_its_address() -> None:
    verdict = run(start(answered=False), context())
    assert verdict.status == "failed"
    assert "127.0.0.1" in verdict.hint


def test_what_the_engine_said_comes_first() -> None:
    refused = start(answered=False, problem=Problem("there is no user “app”"))
    assert run(refused, context()).found == "there is no user “app”"


def test_a_problem_of_the_compose_file_is_told_at_its_line() -> None:
    problem = Problem("“prots” is no key of “web”", 4, "compose.yaml")
    verdict = run(start(answered=False, problem=problem), context())
    assert (verdict.status, verdict.line, verdict.file) == ("failed", 4, "compose.yaml")
