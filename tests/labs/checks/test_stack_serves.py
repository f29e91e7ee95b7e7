from __future__ import annotations

from dataclasses import replace

from labs.checks.stack_serves import CHECK
from sandbox.facts import Problem
from tests.labs.facts import compose_up, context, service


def test_a_project_that_answers_passes() -> None:
    assert CHECK.run(compose_up(), context()).status == "passed"


def test_what_compose_refused_is_told_at_its_line() -> None:
    fact = compose_up(answered=False, problem=Problem("“mem_limits” is no key of “web”", 7, "compose.yaml"))
    verdict = CHECK.run(fact, context())
    assert (verdict.status, verdict.line, verdict.file) == ("failed", 7, "compose.yaml")


def test_a_service_that_ended_is_quoted_at_its_line() -> None:
    web = replace(service("web"), state="exited", exit_code=2, line=3)
    verdict = CHECK.run(compose_up(web, answered=False, exit_code=2, log_tail="no such file\n"), context())
    assert verdict.found == "`web` ended with exit code 2; its last line was `no such file`"
    assert (verdict.line, verdict.file) == (3, "compose.yaml")


def test_the_service_behind_it_is_named_too() -> None:
    db = replace(service("db"), state="exited", exit_code=1, log_tail="no disk\n", line=9)
    verdict = CHECK.run(compose_up(service(), db, answered=False), context())
    assert "`db` ended with exit code 1; its last line was `no disk`" in verdict.found and verdict.line == 9
