"""What our file says otherwise than the learner's: only what `rewrites` lists, and time as a whole."""

from __future__ import annotations

import pytest

from sandbox.compose import emission, health, project
from sandbox.compose.nodes import Json
from sandbox.compose.rewrites import REWRITES
from sandbox.limits import DEFAULT
from tests.sandbox.compose.test_project import GIVEN, WEB

WAITS = "  other: {image: notes:1, depends_on: {web: {condition: service_healthy}}}\n"


def ours(text: str, **terms: object) -> dict[str, Json]:
    """The service `web` as Compose gets it."""
    model = project.read(WEB + "".join(f"    {line}\n" for line in text.splitlines()) + WAITS, GIVEN)
    services = emission.ours(model, emission.Terms(GIVEN, DEFAULT, **terms))["services"]  # type: ignore[arg-type]  # a test names any field
    assert isinstance(services, dict) and isinstance(services["web"], dict)
    return services["web"]


def check(more: str) -> dict[str, Json]:
    found = ours(f"healthcheck: {{test: [CMD, a], {more}}}")["healthcheck"]
    assert isinstance(found, dict)
    return found


@pytest.mark.parametrize(
    ("more", "interval", "retries"),
    [
        ("interval: 5s, retries: 5", "500ms", 30),  # 15 s are enough, and never more
        ("interval: 2s, retries: 4", "500ms", 16),
        ("interval: 2s", "500ms", 12),
        ("interval: 100ms, retries: 9", "100ms", 9),
        ("interval: 1s, retries: 0", "500ms", 6),
        ("retries: 1", "500ms", 30),
        ("timeout: 1s", "500ms", 30),
    ],
)
def test_a_check_runs_often_and_is_given_up_after_as_long(more: str, interval: str, retries: int) -> None:
    found = check(more)
    assert (found["interval"], found["retries"]) == (interval, retries)


def test_what_a_check_and_its_container_do_is_left_alone() -> None:
    found = check("interval: 5s, timeout: 9s, start_period: 40s")
    assert (found["timeout"], found["start_period"], found["start_interval"]) == ("9000ms", "40000ms", "500ms")


@pytest.mark.parametrize(("more", "starts_often"), [("interval: 9s", False), ("start_period: 5s", True)])
def test_compose_takes_an_often_only_with_a_start_period(more: str, starts_often: bool) -> None:
    assert ("start_interval" in check(more)) == starts_often


def test_a_check_that_nobody_waits_for_is_left_alone() -> None:
    text = "    healthcheck: {test: [CMD, a], interval: 9s}\n"
    services = emission.ours(project.read(WEB + text, GIVEN), emission.Terms(GIVEN, DEFAULT))["services"]
    assert isinstance(services, dict) and isinstance(services["web"], dict)
    assert services["web"]["healthcheck"] == {"test": ["CMD", "a"], "interval": "9000ms"}


def test_an_images_own_check_runs_often_too() -> None:
    own = health.of_image({"Healthcheck": {"Test": ["CMD", "a"], "Interval": 2_000_000_000, "Retries": 3}})
    found = ours("", check=lambda image: own)["healthcheck"]
    assert found == {"test": ["CMD", "a"], "interval": "500ms", "retries": 12}
    assert ours("healthcheck: {disable: true}", check=lambda image: own)["healthcheck"] == {**own, "disable": True}


@pytest.mark.parametrize(
    ("text", "policy"),
    [
        ("", "no"),
        ("restart: always", "always"),
        ("restart: on-failure:3", "on-failure:3"),
        ("deploy: {restart_policy: {condition: on-failure, max_attempts: 2}}", "on-failure:2"),
        ("deploy: {restart_policy: {}}", "always"),
        ("restart: always\ndeploy: {restart_policy: {condition: none}}", "no"),
    ],
)
def test_a_restart_is_as_the_file_says(text: str, policy: str) -> None:
    assert ours(text)["restart"] == policy


@pytest.mark.parametrize(
    ("text", "key", "value"),
    [
        ("", "shm_size", 64 * 2**20),
        ("shm_size: 2g", "shm_size", 2 * 2**30),
        ("", "stop_grace_period", "2000ms"),
        ("stop_grace_period: 5s", "stop_grace_period", "5000ms"),
        ("stop_grace_period: 1m", "stop_grace_period", "10000ms"),
    ],
)
def test_what_a_file_says_of_memory_and_stopping_holds(text: str, key: str, value: Json) -> None:
    assert ours(text)[key] == value


def test_every_rewrite_is_listed() -> None:
    text = "\n".join([
        "healthcheck: {test: a}", "ports: ['80:80']", "shm_size: 1g", "restart: always", "ulimits: {nofile: 99999}",
        "mem_limit: 9g", "pids_limit: 99999", "cpus: 9", "stop_grace_period: 9m", "security_opt: [no-new-privileges]",
        "volumes: ['./x:/x']", "environment: {A: b}", "user: '5'", "read_only: true", "command: a b", "init: true",
    ])  # fmt: skip
    theirs = project.read(WEB + "".join(f"    {line}\n" for line in text.splitlines()), GIVEN).services["web"].settings
    changed = {key for key, value in ours(text).items() if theirs.get(key) != value}
    assert changed <= set(REWRITES)
    assert {"user", "read_only", "command", "init"}.isdisjoint(changed)
