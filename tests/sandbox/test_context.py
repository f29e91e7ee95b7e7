from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from sandbox.context import Written, digest, edited, plant, size, write_context
from sandbox.errors import SandboxError
from sandbox.plan import Edit, Experiment, Plan

DOCKERFILE = "# syntax=docker/dockerfile:1\nFROM debian:12-slim\nCOPY . /app\n"


@pytest.fixture(params=[0o022, 0o077])
def _any_umask(request: pytest.FixtureRequest) -> Iterator[None]:
    before = os.umask(request.param)
    yield
    os.umask(before)


def plan(context: Mapping[str, bytes] | None = None, files: Mapping[str, str] | None = None, **more: Any) -> Plan:
    return Plan("lab", context or {}, {"Dockerfile": DOCKERFILE} if files is None else files, (), **more)


def mode(path: Path) -> int:
    return path.stat().st_mode & 0o7777


@pytest.mark.usefixtures("_any_umask")
def test_modes_are_ours_and_not_the_workers(tmp_path: Path) -> None:
    context = {"app.py": b"app", "deep/er/data.txt": b"data"}
    files = {"Dockerfile": DOCKERFILE, "run.sh": "#!/bin/sh\n", "notes.txt": ""}
    written = write_context(plan(context, files, executables=frozenset({"run.sh"})), tmp_path / "own")
    modes = {str(path.relative_to(written.context)): mode(path) for path in sorted(written.context.rglob("*"))}
    assert modes == {
        "Dockerfile": 0o644,
        "app.py": 0o644,
        "deep": 0o755,
        "deep/er": 0o755,
        "deep/er/data.txt": 0o644,
        "notes.txt": 0o644,
        "run.sh": 0o755,
    }
    assert mode(written.context) == 0o755


def test_the_learners_text_goes_on_top_of_the_labs(tmp_path: Path) -> None:
    written = write_context(plan({"a.txt": b"lab"}, {"a.txt": "learner é\n"}), tmp_path)
    assert (written.context / "a.txt").read_text("utf-8") == "learner é\n"


def test_the_builders_dockerfile_stands_alone(tmp_path: Path) -> None:
    written = write_context(plan({"Dockerfile.dockerignore": b"*"}), tmp_path)
    assert [path.name for path in written.dockerfile.parent.iterdir()] == ["Dockerfile"]
    assert not written.dockerfile.is_relative_to(written.context)
    assert (written.context / "Dockerfile").read_text() == DOCKERFILE


def test_the_builders_dockerfile_asks_for_no_other_parser_and_keeps_its_lines(tmp_path: Path) -> None:
    text = write_context(plan(), tmp_path).dockerfile.read_text()
    assert "syntax=" not in text
    assert text.splitlines()[1].startswith("FROM debian:12-slim")
    assert text.splitlines()[2] == "COPY . /app"


@pytest.mark.parametrize("name", ["../x", "a/../../x", "/etc/passwd", "", ".", "a/.."])
def test_a_name_that_leaves_the_context_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(SandboxError):
        write_context(plan({name: b"x"}), tmp_path / "own")
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


@pytest.mark.parametrize("name", ["..x", "a..b/c", "-flag", "with space", "é.txt"])
def test_an_odd_name_is_a_name(tmp_path: Path, name: str) -> None:
    assert (write_context(plan({name: b"x"}), tmp_path).context / name).read_bytes() == b"x"


@pytest.fixture
def original(tmp_path: Path) -> Written:
    return write_context(plan({"app.py": b"V = 1\nV = 1\n", "run.sh": b""}), tmp_path / "first")


@pytest.mark.parametrize(
    ("edit", "text"),
    [
        (Edit("app.py", old="V = 1", new="V = {n}"), "V = 7\nV = 1\n"),
        (Edit("app.py", append="# {n} {other}\n"), "V = 1\nV = 1\n# 7 {other}\n"),
        (Edit("app.py", old="V = 1\nV = 1\n", new="", append="{n}"), "7"),
    ],
)
def test_an_edit_changes_a_copy(tmp_path: Path, original: Written, edit: Edit, text: str) -> None:
    again = edited(original, edit, {"n": "7"}, tmp_path / "second")
    assert (again.context / "app.py").read_text() == text
    assert (original.context / "app.py").read_text() == "V = 1\nV = 1\n"
    assert again.dockerfile == original.dockerfile
    assert mode(again.context / "app.py") == 0o644


def test_an_edit_of_what_is_not_there_is_the_labs_fault(tmp_path: Path, original: Written) -> None:
    with pytest.raises(SandboxError, match="does not hold"):
        edited(original, Edit("app.py", old="V = 2", new="V = 3"), {}, tmp_path / "second")


def test_a_secret_is_filled_in_and_noise_is_made_up(tmp_path: Path) -> None:
    written = write_context(plan({"key.env": b"KEY={canary}\n"}), tmp_path)
    plant(written, Experiment("image", "build", canary="key.env", junk="a/dump", junk_mb=2), {"canary": "c-1"})
    assert (written.context / "key.env").read_text() == "KEY=c-1\n"
    assert (written.context / "a/dump").stat().st_size == 2 * 1024 * 1024
    assert size(written) == 2 * 1024 * 1024 + len("KEY=c-1\n") + len(DOCKERFILE)


def test_the_same_files_have_the_same_digest(tmp_path: Path) -> None:
    first, same, other = (
        write_context(plan({"a": body}), tmp_path / str(number)) for number, body in enumerate((b"1", b"1", b"2"))
    )
    assert digest(first) == digest(same) != digest(other)
