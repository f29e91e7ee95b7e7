from __future__ import annotations

import os
from pathlib import Path

import pytest

from config import preflight
from config.preflight import GB
from sandbox.engine.paths import Layout


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Layout:
    monkeypatch.setattr(preflight, "missing", lambda: "")
    monkeypatch.setattr(preflight, "total_memory", lambda: 8 * GB)
    monkeypatch.setattr(preflight, "free_disk", lambda path: 100 * GB)
    return Layout(tmp_path)


def test_a_machine_with_enough_has_an_engine(place: Layout) -> None:
    (place.var / "no-engine").write_text("of yesterday")
    assert preflight.note_engine(place) == ""
    assert not (place.var / "no-engine").exists()


def test_what_the_engine_lacks_is_written_down(place: Layout, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(preflight, "missing", lambda: "it needs root")
    assert preflight.note_engine(place) == "it needs root"
    assert (place.var / "no-engine").read_text() == "it needs root"


def test_too_little_disk_is_said_before_anything_is_made(place: Layout, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(preflight, "free_disk", lambda path: 2 * GB)
    assert "set-up needs 5.5 GB of free disk" in preflight.too_little(place)
    assert "there are 2.0 GB" in preflight.too_little(place)


def test_a_machine_that_is_set_up_needs_no_more_disk(place: Layout, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(preflight, "free_disk", lambda path: 1 * GB)
    for file in (place.stock, place.golden):
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch()
    assert preflight.too_little(place) == ""


def test_what_set_up_needs_is_said_before_it_starts(place: Layout) -> None:
    assert preflight.needs(place).startswith(
        "the sandbox needs 3.5 GB of disk for set-up and 2.0 GB per slot; 100.0 GB"
    )
    for file in (place.stock, place.golden):
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch()
    assert preflight.needs(place) == ""


def test_too_little_memory_is_said(place: Layout, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(preflight, "total_memory", lambda: 1 * GB)
    assert "needs 1.5 GB of memory, and this machine has 1.0 GB" in preflight.too_little(place)


def test_a_clock_behind_the_machines_files_is_wrong(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "status"
    file.touch()
    monkeypatch.setattr(preflight, "_WRITTEN", (file, tmp_path / "nowhere"))
    assert preflight.wrong_clock() == ""
    later = file.stat().st_mtime + 400 * preflight.A_DAY
    os.utime(file, (later, later))
    assert f"but {file} was written on" in preflight.wrong_clock()


@pytest.mark.parametrize(
    ("sizes", "cores", "number", "why"),
    [
        ((8, 100), 4, 4, ""),
        ((2, 100), 4, 1, "1 slot instead of 4: this machine has 2.0 GB of memory"),
        ((8, 8), 4, 2, "2 slots instead of 4: this machine has 8.0 GB of free disk"),
        ((1, 1), 2, 1, "1 slot instead of 2"),
    ],
)
def test_a_small_machine_gets_fewer_slots(
    place: Layout, monkeypatch: pytest.MonkeyPatch, sizes: tuple[int, int], cores: int, number: int, why: str
) -> None:
    monkeypatch.setattr(preflight, "total_memory", lambda: sizes[0] * GB)
    monkeypatch.setattr(preflight, "free_disk", lambda path: sizes[1] * GB)
    monkeypatch.setattr(os, "cpu_count", lambda: cores)
    found, said = preflight.slots(place)
    assert found == number
    assert said.startswith(why)
    assert bool(said) is bool(why)


def test_a_proxy_is_passed_to_programs_that_read_lower_case_names(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.example:3128")
    monkeypatch.setenv("https_proxy", "")
    monkeypatch.delenv("https_proxy")
    preflight.proxies()
    assert os.environ["https_proxy"] == "http://proxy.example:3128"
    assert "http_proxy" not in os.environ
    monkeypatch.delenv("https_proxy")
