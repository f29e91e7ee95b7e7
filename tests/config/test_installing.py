from __future__ import annotations

import fcntl
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import pytest

from config import installing, preflight, pythons
from config.installing import Stopped
from sandbox.engine.paths import PROJECT, Layout
from sandbox.engine.provision.parts import Part, PartFailed


@pytest.fixture
def made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """The names of the parts that would be made, and of the packages that would be installed before."""
    names: list[str] = []
    held: list[IO[str]] = []
    monkeypatch.setattr(installing, "_held", held)
    monkeypatch.setattr(installing, "layout", lambda: Layout(tmp_path))
    monkeypatch.setattr(preflight, "note_engine", lambda place: "it needs root")
    monkeypatch.setattr(installing, "_has", lambda tool: True)
    monkeypatch.setattr(installing, "_make", lambda place, parts, tell=None: names.extend(part.name for part in parts))
    monkeypatch.setattr(installing, "_install_tools", lambda place, lacking: names.extend(lacking))
    yield names
    for lock in held:
        lock.close()


def test_the_web_server_needs_python_packages_and_nothing_else(made: list[str]) -> None:
    installing.install_for_the_web()
    assert made == ["python packages"]


def test_a_second_start_in_the_same_folder_waits_for_nothing(made: list[str], tmp_path: Path) -> None:
    with (tmp_path / "run.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(Stopped, match="runs from this folder already"):
            installing.install_for_the_web()
    assert made == []
    installing.install_for_the_web()
    assert made == ["python packages"]


def test_where_no_engine_can_run_everything_else_is_made(made: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    installing.install_everything()
    assert made == ["python packages", "python packages for tests", "front-end packages"]
    assert "no sandbox engine here: it needs root" in capsys.readouterr().err


def test_where_an_engine_can_run_it_is_made_too(made: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(preflight, "note_engine", lambda place: "")
    installing.install_everything()
    assert "golden data root" in made


def test_npm_that_cannot_be_had_is_one_sentence(
    made: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(installing, "_has", lambda tool: False)
    installing.install_everything()
    assert made == ["python packages", "python packages for tests"]
    assert "npm is missing, so tests of accessibility are left out; to install it: apt-get install npm" in (
        capsys.readouterr().err
    )


def test_npm_is_installed_where_that_is_possible(made: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(installing, "_has", lambda tool: tool == "apt-get")
    installing.install_everything()
    assert made[0] == "npm"


def test_a_folder_of_another_user_is_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(path: Path, *words: object, **more: object) -> None:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(installing, "layout", lambda: Layout(tmp_path / "var"))
    monkeypatch.setattr(Path, "mkdir", refuse)
    with pytest.raises(Stopped, match="belongs to another user"):
        installing.install_for_the_web()


def test_a_machine_without_debians_keys_gets_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(installing, "_has", lambda tool: tool != "mmdebstrap")
    assert installing._lacking_for_the_engine(keyrings=tmp_path) == ["debian-archive-keyring", "mmdebstrap"]
    (tmp_path / "debian-archive-keyring.pgp").touch()  # newer releases name it so
    assert installing._lacking_for_the_engine(keyrings=tmp_path) == ["mmdebstrap"]


def test_a_tool_that_cannot_be_installed_says_which(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*words: object, **more: object) -> None:
        raise PartFailed("`apt-get` ended with 100", "Wait for it.")

    monkeypatch.setattr(installing, "run", fail)
    with pytest.raises(Stopped, match="mmdebstrap could not be installed: `apt-get` ended with 100") as stopped:
        installing._install_tools(Layout(tmp_path), ["mmdebstrap"])
    assert stopped.value.todo == "Wait for it."


def test_what_a_killed_set_up_left_is_removed(tmp_path: Path) -> None:
    place = Layout(tmp_path)
    for name in ("images/golden-a1b2c3d4", "packages/debs-x9y8z7w6", "packages/debian"):
        (tmp_path / name / "inside").mkdir(parents=True)
    installing._remove_leftovers(place)
    left = {str(path.relative_to(tmp_path)) for path in tmp_path.glob("*/*")}
    assert left == {"packages/debian"}


def test_a_failed_part_ends_in_its_own_words(tmp_path: Path) -> None:
    def fail() -> None:
        raise PartFailed("`uv` ended with 2", "Check the connection.")

    with pytest.raises(Stopped, match="`uv` ended with 2") as stopped:
        installing._make(Layout(tmp_path), [Part("a", fail, ())])
    assert stopped.value.todo == "Check the connection."


def test_without_venv_a_plain_user_is_told_what_root_must_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pythons, "_fits", lambda: False)
    monkeypatch.setattr(pythons, "_can_make_venvs", lambda: False)
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    with pytest.raises(PartFailed, match=r"`venv` module is missing\. As root, run: apt-get install python3.*-venv"):
        pythons._make_venv(Layout(tmp_path))


def test_a_virtual_environment_of_another_python_does_not_fit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pythons, "PYTHON", Path(sys.executable))
    assert pythons._fits()
    monkeypatch.setattr(pythons, "_version", lambda: "3.99")
    assert not pythons._fits()
    monkeypatch.setattr(pythons, "PYTHON", tmp_path / "none")
    assert not pythons._fits()


def test_a_second_set_up_waits_for_the_first(tmp_path: Path) -> None:
    code = f"""
import sys; sys.path.insert(0, {str(PROJECT)!r})
from pathlib import Path
from config import installing
from sandbox.engine.paths import Layout
installing._hold(Layout(Path({str(tmp_path)!r})))
print("held", flush=True)
sys.stdin.read()
"""
    pipe = subprocess.PIPE
    command = [sys.executable, "-c", code]
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True) as first:
        assert first.stdout is not None and first.stdout.readline() == "held\n"
        with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, text=True) as second:
            assert second.stderr is not None and "another set-up runs" in second.stderr.readline()
            first.communicate("")
            assert second.stdout is not None and second.stdout.readline() == "held\n"
            second.communicate("")
