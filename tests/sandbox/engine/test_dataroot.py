"""Data roots of both kinds, made for real where the machine allows it."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from sandbox.engine import dataroot
from sandbox.engine.dataroot import Files, Memory
from sandbox.engine.paths import Layout
from sandbox.engine.slot import Slot

AS_ROOT = pytest.mark.skipif(os.geteuid() != 0, reason="mounting needs root")


@pytest.fixture
def memory(tmp_path: Path) -> Iterator[tuple[Memory, Path]]:
    roots = Memory()
    roots.make(tmp_path / "data")
    yield roots, tmp_path / "data"
    for target in tmp_path.glob("data*"):
        roots.remove(target)


@AS_ROOT
def test_memory_is_bounded_in_bytes(memory: tuple[Memory, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    roots, data = memory
    monkeypatch.setattr(dataroot, "DATA_MB", 1)
    roots.make(data)
    with pytest.raises(OSError, match="No space"):
        (data / "hog").write_bytes(bytes(2 * 1024 * 1024))


@AS_ROOT
def test_a_kept_data_root_comes_back_with_owners_attributes_and_whiteouts(memory: tuple[Memory, Path]) -> None:
    roots, data = memory
    (data / "layer").mkdir()
    os.chown(data / "layer", 100_000, 100_000)
    os.setxattr(data / "layer", "trusted.overlay.opaque", b"y")
    subprocess.run(["mknod", data / "layer/gone", "c", "0", "0"], check=True)
    golden = data.parent / "golden.tar"
    roots.keep(data, golden)
    assert not data.exists()
    copy = data.with_name("data-1")
    roots.fill(golden, copy)
    assert (copy / "layer").stat().st_uid == 100_000
    assert os.getxattr(copy / "layer", "trusted.overlay.opaque") == b"y"
    assert (copy / "layer/gone").is_char_device()


@AS_ROOT
def test_removing_twice_is_no_failure(memory: tuple[Memory, Path]) -> None:
    roots, data = memory
    roots.remove(data)
    roots.remove(data)
    assert not data.exists()


def test_a_copied_file_leaves_the_golden_one_as_it_was(tmp_path: Path) -> None:
    golden = tmp_path / "golden.img"
    golden.write_bytes(b"golden")
    Files().fill(golden, tmp_path / "slot" / "data-0")
    (tmp_path / "slot" / "data-0").write_bytes(b"spoilt")
    assert golden.read_bytes() == b"golden"


def test_the_spare_takes_turns_with_the_data_root_in_use(tmp_path: Path) -> None:
    golden = tmp_path / "golden.img"
    golden.write_bytes(b"golden")
    slot = Slot(Layout(tmp_path / "var"), "slot0", roots=Files())
    slot.renew(golden)
    slot.data.write_bytes(b"used")
    slot.prepare_spare(golden)
    used = slot.data
    slot.renew(golden)
    assert slot.data != used
    assert slot.data.read_bytes() == b"golden"
    assert not used.exists()
    slot.forget()
    assert list(slot.directory.iterdir()) == []


@AS_ROOT
def test_a_kept_file_gives_back_the_blocks_of_what_was_removed(tmp_path: Path) -> None:
    data, golden, inside = tmp_path / "data", tmp_path / "golden", tmp_path / "inside"
    roots = Files()
    roots.make(data)
    inside.mkdir()
    subprocess.run(["mount", "-o", "loop", data, inside], check=True)
    try:
        (inside / "kept").write_bytes(b"k" * 1_000_000)
        (inside / "removed").write_bytes(b"r" * 64_000_000)
        os.sync()
        (inside / "removed").unlink()
    finally:
        subprocess.run(["umount", inside], check=True)
    before = data.stat().st_blocks * 512
    roots.keep(data, golden)
    assert golden.stat().st_blocks * 512 < before - 50_000_000
    copy = tmp_path / "copy"
    roots.fill(golden, copy)
    subprocess.run(["mount", "-o", "loop,ro", copy, inside], check=True)
    try:
        assert (inside / "kept").read_bytes() == b"k" * 1_000_000
    finally:
        subprocess.run(["umount", inside], check=True)
