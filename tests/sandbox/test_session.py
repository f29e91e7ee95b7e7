"""On the real engine: every way a build can go wrong ends as a result or as a named limit, never as an exception."""

from __future__ import annotations

import pytest

from sandbox.door import Slot
from sandbox.errors import SandboxError
from sandbox.facts import Build, Start
from tests.engine import BASE, RUNS, START, Tried

pytestmark = pytest.mark.engine


def test_an_app_that_works_is_built_started_and_asked(tried: Tried) -> None:
    outcome = tried(RUNS, START)
    build, app = outcome.facts["image"], outcome.facts["app"]
    assert isinstance(build, Build) and build.ok and build.base == "python:3.11-slim"
    assert [step.line for step in build.steps] == [1, 2, 3]
    assert isinstance(app, Start) and app.answered and app.exchanges[0].body == "hello"
    assert outcome.limit is None and outcome.unavailable is None


@pytest.mark.parametrize(
    ("run", "limits", "name"),
    [
        ("RUN tail /dev/zero", {"build_memory_mb": 96}, "memory"),
        ("RUN tail /dev/zero | cat", {"build_memory_mb": 96}, "memory"),
        ("RUN for i in $(seq 900); do sleep 9 & done; wait", {"build_pids": 100}, "pids"),
        ("RUN dd if=/dev/zero of=/big bs=1M", {}, "disk"),
        ("RUN echo begun && sleep 600", {"build_seconds": 3}, "time"),
        ("RUN trap '' TERM INT; while :; do sleep 1; done", {"build_seconds": 3}, "time"),
        ("RUN yes", {}, "log"),
    ],
)
def test_a_limit_is_named_with_its_step(tried: Tried, run: str, limits: dict[str, int], name: str) -> None:
    outcome = tried(BASE + run + "\n", START, **limits)
    assert outcome.limit is not None
    assert outcome.limit.name == name
    assert len(outcome.log) <= 2.2 * 1024 * 1024
    build = outcome.facts["image"]
    assert (isinstance(build, Build) and not build.ok) or name == "memory"


def test_output_before_a_limit_is_kept(tried: Tried) -> None:
    outcome = tried(BASE + "RUN echo begun && sleep 600\n", build_seconds=3)
    assert "begun" in outcome.log


def test_the_next_submission_after_a_limit_is_graded_normally(tried: Tried) -> None:
    assert tried(BASE + "RUN tail /dev/zero\n", build_memory_mb=96).limit is not None
    app = tried(RUNS, START).facts["app"]
    assert isinstance(app, Start) and app.answered


@pytest.mark.parametrize(
    ("dockerfile", "line", "words"),
    [
        ("", None, "empty"),
        ("RUN ls\n", 1, "FROM"),
        ("FROM python:3.11-slim\nFRMO x\n", 2, "FRMO"),
        ("FROM python:3.11-slim\nRUN <<EOF\necho\n", 2, "EOF"),
        (BASE + "RUN echo hi && false\n", 4, "exit code 1"),
        (BASE + "COPY missing /\n", 4, "missing"),
    ],
)
def test_a_build_that_fails_says_where_and_why(tried: Tried, dockerfile: str, line: int | None, words: str) -> None:
    build = tried(dockerfile, START).facts["image"]
    assert isinstance(build, Build) and not build.ok and build.problem is not None
    assert build.problem.line == line
    assert words in build.problem.message


@pytest.mark.parametrize(
    ("dockerfile", "kind", "name"),
    [
        ("FROM nginx:1.27\n", "image", "nginx:1.27"),
        (BASE + "RUN pip install pandas==2.2.0\n", "package", "pandas"),
        (BASE + "RUN apt-get update && apt-get install -y cowsay\n", "package", "cowsay"),
        (BASE + "ADD https://example.com/x /x\n", "feature", ""),
    ],
)
def test_what_is_not_available_here_is_no_failure(tried: Tried, dockerfile: str, kind: str, name: str) -> None:
    missing = tried(dockerfile, START).unavailable
    assert missing is not None
    assert missing.kind == kind
    assert name in missing.name + missing.message


@pytest.mark.parametrize(
    ("last", "words"),
    [
        ('CMD ["nope"]', "executable file not found"),
        ('USER nobody2\nCMD ["python", "app.py"]', "unable to find user"),
    ],
)
def test_an_image_that_cannot_start_is_the_learners_result(tried: Tried, last: str, words: str) -> None:
    app = tried(BASE + last + "\n", START).facts["app"]
    assert isinstance(app, Start) and not app.answered
    assert app.problem is not None and words in app.problem.message


def test_an_app_that_ends_shows_what_it_printed(tried: Tried) -> None:
    app = tried(BASE + 'CMD ["python", "nope.py"]\n', START).facts["app"]
    assert isinstance(app, Start) and app.exit_code == 2
    assert "nope.py" in app.log_tail


def test_an_app_that_eats_memory_hits_its_limit(tried: Tried) -> None:
    outcome = tried(BASE + 'CMD ["sh", "-c", "tail /dev/zero"]\n', START)
    assert outcome.limit is not None and outcome.limit.name == "memory" and outcome.limit.step == "start"


def test_an_app_bound_to_loopback_does_not_answer(tried: Tried) -> None:
    app = tried(RUNS.replace("CMD", "RUN sed -i s/0.0.0.0/127.0.0.1/ app.py\nCMD"), START, start_seconds=2.0)
    fact = app.facts["app"]
    assert isinstance(fact, Start) and not fact.answered


def test_an_engine_that_is_gone_is_our_failure(slot: Slot, tried: Tried) -> None:
    slot.docker = "/nonexistent/docker.sock"
    with pytest.raises(SandboxError):
        tried(RUNS, START)
