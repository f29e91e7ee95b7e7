"""The command without an engine: what it refuses, and that a failure of ours proves nothing."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from labs import proving, running, specs
from labs.grading import grade
from labs.proof import Case, Result
from labs.specs import Lab
from sandbox.facts import Outcome


@pytest.fixture(autouse=True)
def no_engine(settings: Any, tmp_path: Path) -> None:
    settings.VAR = tmp_path / "var"
    settings.SANDBOX_SOCKET = tmp_path / "none.sock"


@pytest.mark.parametrize("arguments", [("no-such-lab",), ("non-root", "--repeat", "0")])
def test_what_cannot_be_proven_is_2(arguments: tuple[str, ...]) -> None:
    with pytest.raises(CommandError) as ended:
        call_command("labs", "test", *arguments)
    assert ended.value.returncode == 2


def test_an_engine_that_cannot_run_is_3() -> None:
    with pytest.raises(CommandError, match="nothing is proven") as ended:
        call_command("labs", "test", "non-root")
    assert ended.value.returncode == 3


@pytest.fixture
def no_supervisor(monkeypatch: pytest.MonkeyPatch) -> None:
    @contextlib.contextmanager
    def supervisor(slots: int) -> Iterator[Path]:
        yield Path("control")

    monkeypatch.setattr(running, "supervisor", supervisor)


def _nothing_built(case: Case) -> Result:
    return Result(case, grade(specs.catalogue()["non-root"], Outcome({})))


@pytest.mark.usefixtures("no_supervisor")
def test_what_is_wrong_with_a_case_is_said_when_it_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    def prove(labs: dict[str, Lab], cases: list[Case], control: Path, *, repeat: int, tell: proving.Tell) -> None:
        tell(_nothing_built(next(case for case in cases if case.kind == "solution")))
        raise KeyboardInterrupt

    monkeypatch.setattr(proving, "prove", prove)
    said = io.StringIO()
    with pytest.raises(KeyboardInterrupt):
        call_command("labs", "test", "non-root", stderr=said)
    first, reason = said.getvalue().splitlines()
    assert first.startswith("1/") and "✕ non-root solution" in first
    assert reason.strip().startswith(f"0 of {specs.catalogue()['non-root'].max_points:g} points: builds (")


@pytest.mark.usefixtures("no_supervisor")
def test_what_is_not_proven_is_said_once_more_at_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    def prove(labs: dict[str, Lab], cases: list[Case], *_: Path, **__: object) -> list[Result]:
        return [_nothing_built(case) for case in cases if case.kind in ("starter", "solution")]

    monkeypatch.setattr(proving, "prove", prove)
    said = io.StringIO()
    with pytest.raises(SystemExit, match="1"):
        call_command("labs", "test", "non-root", stdout=said)
    _, last = said.getvalue().split("\nNot proven:\n")
    first, *survivors = last.splitlines()
    assert first.startswith("  non-root solution: 0 of ")
    assert survivors == [f"  non-root: no mutant failed {check.id}" for check in specs.catalogue()["non-root"].checks]
