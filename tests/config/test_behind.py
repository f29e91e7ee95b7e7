from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from config import behind, installing
from sandbox import start
from sandbox.engine.paths import Layout
from sandbox.engine.provision.parts import Progress


@pytest.fixture(autouse=True)
def var(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setattr(behind, "layout", lambda: Layout(tmp_path))
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    yield tmp_path
    for number, handler in before.items():
        signal.signal(number, handler)


def test_each_part_is_told_while_it_is_made(var: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def install(tell: Callable[[Progress], None]) -> None:
        tell(Progress(3, 18, ("engine tree", "libraries"), 0.3))

    monkeypatch.setattr(installing, "install_for_the_engine", install)
    assert behind.main() == 0
    now = start.read(var)
    assert now is not None
    assert (now.stage, now.doing, now.done, now.total) == (start.SETUP, "engine tree, libraries", 3, 18)
    assert now.seconds_left() > 0


def test_what_failed_is_kept_with_what_to_do(var: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def install(tell: Callable[[Progress], None]) -> None:
        raise installing.Stopped("`mmdebstrap` ended with 25", "The disk is full. Free some space.")

    monkeypatch.setattr(installing, "install_for_the_engine", install)
    assert behind.main() == 1
    now = start.read(var)
    assert now is not None
    assert (now.stage, now.finding, now.detail) == (start.FAILED, behind.NOT_SET_UP, "`mmdebstrap` ended with 25")
    assert now.todo.startswith("The disk is full. Free some space. ")


def test_a_signal_ends_nobody_else_outside_a_namespace_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    killed: list[int] = []
    monkeypatch.setattr(os, "kill", lambda pid, number: killed.append(pid))
    with pytest.raises(KeyboardInterrupt):
        behind._end_all(signal.SIGTERM, None)
    assert killed == []
