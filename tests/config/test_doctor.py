from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.management import call_command
from pytest_django import Settings

from config import doctor, machine, preflight
from config.answers import Answer
from labs import gate
from sandbox import start
from sandbox.engine import host
from sandbox.engine.paths import PROJECT, Layout
from sandbox.start import Start

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_var(settings: Settings, tmp_path: Path) -> None:
    settings.VAR = tmp_path
    settings.SANDBOX_SOCKET = tmp_path / "control.sock"


@pytest.mark.parametrize("question", machine.QUESTIONS, ids=lambda question: question.__name__)
def test_every_question_has_an_answer_in_words(question: Callable[[], Answer]) -> None:
    answer = question()
    assert answer.name
    assert answer.found
    assert answer.ok is not False or answer.todo


def test_control_groups_without_a_controller_are_missing_something(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(machine, "CGROUPS", tmp_path)
    (tmp_path / "cgroup.controllers").write_text("cpuset cpu io memory\n")
    answer = machine.control_groups()
    assert (answer.ok, answer.found) == (False, "version 2: cpuset cpu io memory")
    assert "pids" in answer.todo
    (tmp_path / "cgroup.controllers").write_text("cpuset cpu io memory pids\n")
    assert machine.control_groups().ok


def test_version_1_knows_controllers_that_share_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine, "CGROUPS", tmp_path)
    for name in ("cpu,cpuacct", "memory", "pids"):
        (tmp_path / name).mkdir()
    assert machine.control_groups().ok


def test_too_little_memory_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(preflight, "total_memory", lambda: preflight.GB)
    assert machine.memory().ok is False


def test_what_the_host_lacks_is_asked_where_the_engine_would_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(host, "missing", lambda: "the kernel has no overlay file system")
    monkeypatch.delenv("SLIPWAY_RUNTIME", raising=False)
    assert machine.engine_host().ok is False
    monkeypatch.setenv("SLIPWAY_RUNTIME", "/run/slipway")
    assert machine.engine_host().ok is None


def test_the_engine_trees_versions_are_told(tmp_path: Path) -> None:
    place = Layout(tmp_path)
    assert "not made yet" in machine.engine_tree(place).found
    status = place.tree / "var/lib/dpkg/status"
    status.parent.mkdir(parents=True)
    status.write_text(
        "Package: runc\nVersion: 1.1\n\nPackage: libc6\nVersion: 2\n\nPackage: docker.io\nVersion: 28.5\n"
    )
    assert machine.engine_tree(place).found == "docker.io 28.5, runc 1.1"


def test_attacks_that_were_not_contained_keep_labs_closed() -> None:
    assert doctor.attacks().ok is None
    gate.store({"fingerprint": "f", "total": 2, "contained": 2}, whole=False)
    assert doctor.attacks().ok is True
    gate.store({"fingerprint": "f", "total": 2, "contained": 1}, whole=False)
    assert doctor.attacks().ok is False
    assert "1 of 2 contained" in doctor.attacks().found


def test_a_start_that_failed_says_what_to_do(settings: Settings) -> None:
    assert doctor.opening().ok is None
    start.write(Path(settings.VAR), Start(start.FAILED, finding="It broke.", todo="Mend it.", detail="E: x"))
    assert doctor.opening() == Answer("Start", "It broke. E: x", ok=False, todo="Mend it.")


def test_redis_that_answers_is_named_with_its_version(live_redis: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLIPWAY_REDIS_URL", live_redis)
    assert doctor.redis().ok is True
    assert doctor.redis().found.startswith("answers: valkey ")


def test_redis_that_does_not_run_is_no_fault_of_the_machine(settings: Settings) -> None:
    assert doctor.redis().ok is None


def test_a_redis_of_the_operators_that_does_not_answer_is(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    monkeypatch.setenv("SLIPWAY_REDIS_URL", settings.REDIS_URL)
    assert doctor.redis().ok is False


def test_a_container_expects_the_sandbox_to_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SLIPWAY_RUNTIME", raising=False)
    assert doctor.slots().ok is None
    monkeypatch.setenv("SLIPWAY_RUNTIME", "/run/slipway")
    assert doctor.slots().ok is False
    assert "from this container" in doctor.images().found


def test_a_question_that_fails_is_an_answer_too() -> None:
    def broken() -> Answer:
        raise PermissionError(13, "no", "/secret")

    assert doctor._asked(broken) == Answer("Broken", "/secret cannot be read by this user; ask again as root")


def test_labs_can_open_unless_something_is_missing() -> None:
    assert doctor.labs_can_open([Answer("a", "x", ok=True), Answer("b", "y")])
    assert not doctor.labs_can_open([Answer("a", "x", ok=True), Answer("b", "y", ok=False)])


def test_json_and_exit_status_say_the_same(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(doctor, "examine", lambda: [Answer("Memory", "1 GB", ok=False, todo="Add some.")])
    with pytest.raises(SystemExit) as ended:
        call_command("doctor", "--json")
    assert ended.value.code == 1
    said = json.loads(capsys.readouterr().out)
    assert said == {
        "labs_can_open": False,
        "answers": [{"name": "Memory", "found": "1 GB", "ok": False, "todo": "Add some."}],
    }


def test_it_runs_where_nothing_is_set_up(tmp_path: Path) -> None:
    environment = {**os.environ, "SLIPWAY_VAR": str(tmp_path / "nothing")}
    command = [sys.executable, "manage.py", "doctor", "--json"]
    done = subprocess.run(command, cwd=PROJECT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode in {0, 1}, done.stderr
    names = {answer["name"] for answer in json.loads(done.stdout)["answers"]}
    assert {"Kernel", "Control groups", "Engine tree", "Slots", "Redis", "Database"} <= names
    assert not (tmp_path / "nothing").exists()
