from __future__ import annotations

import time
from pathlib import Path

import pytest

from sandbox import start
from sandbox.start import Start


def test_what_is_written_is_read(tmp_path: Path) -> None:
    now = Start(start.ATTACKS, done=3, total=48, opens_at=time.time() + 40)
    start.write(tmp_path, now)
    assert start.read(tmp_path) == now
    assert [path.name for path in tmp_path.iterdir()] == [start.FILE]
    assert (tmp_path / start.FILE).stat().st_mode & 0o777 == 0o644


@pytest.mark.parametrize("text", ["", "{", "[]", '{"stage": "setup", "unknown": 1}', "{}"])
def test_a_file_that_cannot_be_read_is_no_start(tmp_path: Path, text: str) -> None:
    (tmp_path / start.FILE).write_text(text)
    assert start.read(tmp_path) is None


def test_nothing_is_read_after_it_was_removed(tmp_path: Path) -> None:
    start.write(tmp_path, Start(start.OPEN))
    start.remove(tmp_path)
    start.remove(tmp_path)
    assert start.read(tmp_path) is None


@pytest.mark.parametrize(
    ("stage", "runs"), [(start.SETUP, True), (start.ATTACKS, True), ("open", False), ("failed", False)]
)
def test_only_a_start_that_goes_on_runs(stage: str, runs: bool) -> None:
    assert Start(stage).runs is runs


def test_an_estimate_that_is_over_leaves_no_time() -> None:
    assert Start(start.SETUP, opens_at=time.time() - 5).seconds_left() == 0
    assert 8 < Start(start.SETUP, opens_at=time.time() + 10).seconds_left() <= 10
