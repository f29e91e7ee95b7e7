"""The command without an engine: what it refuses, what it grades by itself, and what it says when we fail."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command


@pytest.fixture(autouse=True)
def no_engine(settings: Any, tmp_path: Path) -> None:
    settings.VAR = tmp_path / "var"
    settings.SANDBOX_SOCKET = tmp_path / "none.sock"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "work"
    folder.mkdir()
    (folder / "Dockerfile").write_text("FROM python:3.11-slim\n")
    return folder


def status_of(*arguments: object) -> int:
    try:
        call_command("grade", *map(str, arguments))
    except CommandError as error:
        return error.returncode
    except SystemExit as error:
        return int(str(error.code))
    raise AssertionError("the command always ends with a status")


def test_an_unknown_lab_is_2(folder: Path) -> None:
    assert status_of("no-such-lab", folder) == 2


def test_a_folder_that_is_not_there_is_2(folder: Path) -> None:
    assert status_of("non-root", folder / "nothing") == 2
    assert status_of("non-root", folder / "Dockerfile") == 2


def test_files_that_cannot_be_read_are_graded_without_an_engine(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "Dockerfile").write_bytes(b"FROM x\n\xff")
    assert status_of("non-root", folder, "--json") == 1
    data = json.loads(capsys.readouterr().out)
    assert data["state"] == "graded"
    assert [check["status"] for check in data["checks"]] == ["failed"] + ["skipped"] * 6
    assert data["checks"][0]["line"] == 2


def test_people_read_the_verdict_first(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "Dockerfile").write_text("")
    assert status_of("non-root", folder) == 1
    shown = capsys.readouterr().out
    assert shown.startswith("✕ Not yet: 0 of 10 points.\n\nFirst: The image builds\n")


def test_an_engine_that_cannot_run_is_3_and_says_so_in_json(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert status_of("non-root", folder, "--json") == 3
    shown = capsys.readouterr()
    data = json.loads(shown.out)
    assert (data["state"], data["lab"], data["counted"]) == ("platform_error", "non-root", False)
    assert "Our machine failed; no attempt used." in shown.err


def test_files_of_no_interest_are_named_apart_from_the_result(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "Dockerfile").write_text("")
    (folder / "notes.txt").write_text("x")
    assert status_of("non-root", folder, "--json") == 1
    shown = capsys.readouterr()
    assert "notes.txt" in shown.err
    json.loads(shown.out)


def test_a_bug_of_ours_is_never_a_grade(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken() -> None:
        raise RuntimeError("a bug")

    monkeypatch.setattr("labs.running.supervisor", broken)
    assert status_of("non-root", folder, "--json") == 3
    assert json.loads(capsys.readouterr().out)["log_tail"] == "a bug"
