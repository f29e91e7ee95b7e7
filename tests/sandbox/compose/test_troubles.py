"""Why a project did not come up: which service, how it ended, what it said last, and where the file names it."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.compose import project
from sandbox.compose.troubles import Trouble
from tests.sandbox.compose.test_project import GIVEN

TEXT = """services:
  web:
    image: notes:1
    ports: ["8080:80"]
  db:
    image: notes:1
    user: app
    healthcheck: {test: check}
"""
SERVICES = project.read(TEXT, GIVEN).services
RUNS: dict[str, Any] = {"State": {"Running": True}}
FROM_THE_ENGINE = "Error response from daemon: "


def trouble(output: str, tail: str = "", **db: Any) -> Trouble:
    containers = {"web": RUNS, "db": {"State": {"Running": False, **db}}}
    return Trouble(output, SERVICES, containers, {"db": tail})


@pytest.mark.parametrize(
    "output",
    [
        'time="now" level=warning msg="x"\ndependency failed to start: container project-db-1 exited (3)',
        'service "db" didn\'t complete successfully: exit 3',
    ],
)
def test_a_service_that_ended_is_told_with_its_code_and_last_lines(output: str) -> None:
    problem = trouble(output, "one\n---\ntwo\nthree\nfour\n").problem()
    assert problem.message == (
        "“db” ended with exit code 3, and another service waits for it; its last lines: “two / three / four”"
    )
    assert (problem.line, problem.file) == (5, "compose.yaml")


def test_a_service_that_said_nothing_is_told_too() -> None:
    assert "printed nothing" in trouble("container project-db-1 exited (1)").problem().message


@pytest.mark.parametrize(
    ("code", "printed", "words"),
    [
        (1, "no answer", "failed 9 times; it printed “no answer”"),
        (127, "sh: curl: not found", "Is the program that it names in the image?"),
        (-1, "", "it printed nothing"),
    ],
)
def test_an_unhealthy_service_is_told_by_its_check(code: int, printed: str, words: str) -> None:
    health = {"FailingStreak": 9, "Log": [{"ExitCode": code, "Output": printed}]}
    problem = trouble("dependency failed to start: container project-db-1 is unhealthy", Health=health).problem()
    assert words in problem.message and problem.line == 8


def test_a_port_that_is_taken_is_told_at_the_ports() -> None:
    said = f"{FROM_THE_ENGINE}driver failed: Bind for 0.0.0.0:8080 failed: port is already allocated"
    containers = {"web": {"State": {"Error": said}}}
    problem = Trouble(said, SERVICES, containers, {}).problem()
    assert (problem.message, problem.line) == ("Port 8080 of the machine is used already: give this one another", 4)


def test_the_engines_own_chain_of_callers_is_left_out() -> None:
    said = f"{FROM_THE_ENGINE}OCI runtime create failed: unable to start container process: no such program: unknown"
    problem = trouble(said, Error=said).problem()
    assert (problem.message, problem.line) == ("no such program", 5)


def test_a_user_beyond_our_numbers_is_not_the_learners_failure() -> None:
    found = trouble("cannot set uid to unmapped user in user namespace", Error="x").not_offered()
    assert found is not None and "65,535" in found.message and found.line == 7
    assert trouble("no space").not_offered() is None
