from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from labs import running
from lessons import content
from sandbox import door
from sandbox.errors import SandboxError
from sandbox.facts import Outcome
from tests import factories
from tests.labs.test_trials import FakeSlot
from tests.lessons.folders import small
from tests.lessons.quiz.test_loading import PREDICT


@pytest.fixture
def lesson(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A course of one lesson with one predict question, and an engine on which every build works."""
    folder = small(tmp_path)
    (folder / "quiz" / "guess.toml").write_text(PREDICT)
    monkeypatch.setattr(content, "COURSE", tmp_path)
    answers(monkeypatch, Outcome({"image": factories.build(ok=True)}, engine="engine 1"))
    return folder


def answers(monkeypatch: pytest.MonkeyPatch, outcome: Outcome) -> None:
    @contextmanager
    def lease(control: Path, wait: float) -> Iterator[FakeSlot]:
        yield FakeSlot(lambda plan: outcome)

    @contextmanager
    def supervisor() -> Iterator[Path]:
        yield Path("/nowhere")

    monkeypatch.setattr(door, "lease", lease)
    monkeypatch.setattr(running, "supervisor", supervisor)


def verify(*arguments: str) -> tuple[int, str]:
    out = StringIO()
    try:
        call_command("quiz", "verify", *arguments, stdout=out)
    except SystemExit as ended:
        return int(str(ended.code)), out.getvalue()
    return 0, out.getvalue()


def test_an_answer_that_is_not_stored_fails_until_it_is_written(lesson: Path) -> None:
    code, said = verify()
    assert code == 1 and "✕ guess: “yes”, stored is nothing" in said
    assert verify("--write")[0] == 0
    assert json.loads((lesson / "quiz" / "measured.json").read_text()) == {
        "guess": {"answer": "yes", "engine": "engine 1"}
    }
    assert verify() == (0, "✓ guess: “yes”\n")
    assert content.read(lesson).question("guess") is not None


def test_an_answer_that_is_not_what_happened_fails(lesson: Path) -> None:
    (lesson / "quiz" / "measured.json").write_text('{"guess": {"answer": "no", "engine": ""}}')
    code, said = verify()
    assert code == 1 and "✕ guess: “yes”, stored is “no”" in said


def test_what_cannot_be_measured_fails_and_is_said(lesson: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    answers(monkeypatch, Outcome({}))
    code, said = verify()
    assert code == 1 and "no experiment “image” yielded facts" in said


def test_an_unknown_question_is_told(lesson: Path) -> None:
    with pytest.raises(CommandError, match="no predict question is called riddle") as refused:
        verify("riddle")
    assert refused.value.returncode == 2


def test_a_fault_of_ours_is_no_verdict(lesson: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    @contextmanager
    def supervisor() -> Iterator[Path]:
        raise SandboxError("the engine is gone")
        yield

    monkeypatch.setattr(running, "supervisor", supervisor)
    with pytest.raises(CommandError, match="Our machine failed") as refused:
        verify()
    assert refused.value.returncode == 3
