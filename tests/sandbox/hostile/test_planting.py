from __future__ import annotations

import stat
from pathlib import Path

import pytest

from sandbox.hostile.cases import Plant
from sandbox.hostile.planting import SPARSE_BYTES, plant


def test_a_link_leads_where_this_runs_value_says(tmp_path: Path) -> None:
    plant([Plant(path="a/link", kind="symlink", target="@WHERE@/x")], tmp_path, {"WHERE": "/secret"})
    assert (tmp_path / "a" / "link").readlink() == Path("/secret/x")


@pytest.mark.parametrize(("kind", "test"), [("fifo", stat.S_ISFIFO), ("socket", stat.S_ISSOCK)])
def test_pipes_and_sockets_are_what_they_are(tmp_path: Path, kind: str, test: object) -> None:
    plant([Plant.model_validate({"path": "x", "kind": kind})], tmp_path, {})
    assert callable(test)
    assert test((tmp_path / "x").lstat().st_mode)


def test_a_sparse_file_takes_no_room(tmp_path: Path) -> None:
    plant([Plant(path="x", kind="sparse")], tmp_path, {})
    state = (tmp_path / "x").stat()
    assert state.st_size == SPARSE_BYTES
    assert state.st_blocks * 512 < 1 << 20


def test_folders_are_as_many_as_asked(tmp_path: Path) -> None:
    plant([Plant(path="many", kind="folders", count=7)], tmp_path, {})
    assert len(list((tmp_path / "many").iterdir())) == 7
