from __future__ import annotations

from collections.abc import Sequence

import pytest

from sandbox.engine import pace
from sandbox.limits import DEFAULT


def starts_take(monkeypatch: pytest.MonkeyPatch, times: Sequence[float]) -> None:
    """Times that an interpreter's start takes, over and over."""
    left: list[float] = []

    def once() -> float:
        left.extend(() if left else times)
        return left.pop(0)

    monkeypatch.delenv("SLIPWAY_PACE", raising=False)
    monkeypatch.setattr(pace, "_once", once)


def test_a_usual_machine_needs_no_scaling(monkeypatch: pytest.MonkeyPatch) -> None:
    starts_take(monkeypatch, [pace.USUAL_SECONDS * 1.5])
    assert pace.measured() == 1.0


def test_an_emulated_machine_gets_more_time(monkeypatch: pytest.MonkeyPatch) -> None:
    starts_take(monkeypatch, [pace.USUAL_SECONDS * 20])
    assert pace.measured() == 20.0


def test_a_busy_moment_is_not_a_slow_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    starts_take(monkeypatch, [pace.USUAL_SECONDS * 50, pace.USUAL_SECONDS])
    assert pace.measured() == 1.0


def test_patience_has_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    starts_take(monkeypatch, [pace.USUAL_SECONDS * 10_000])
    assert pace.measured() == pace.SLOWEST


def test_the_setting_comes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLIPWAY_PACE", "7")
    assert pace.measured() == 7.0
    monkeypatch.setenv("SLIPWAY_PACE", "fast")
    with pytest.raises(ValueError, match="fast"):
        pace.measured()


def test_this_machine_is_measured_in_a_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SLIPWAY_PACE", raising=False)
    assert 1.0 <= pace.measured() <= pace.SLOWEST


def test_times_are_scaled_and_amounts_are_not() -> None:
    slow = DEFAULT.at(3.0)
    assert (slow.build_seconds, slow.start_seconds) == (DEFAULT.build_seconds * 3, DEFAULT.start_seconds * 3)
    assert (slow.run_memory_mb, slow.build_pids, slow.disk_mb) == (
        DEFAULT.run_memory_mb,
        DEFAULT.build_pids,
        DEFAULT.disk_mb,
    )
