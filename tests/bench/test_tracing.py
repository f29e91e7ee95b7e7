from __future__ import annotations

import pytest

from bench.tracing import outside


def test_overlapping_intervals_are_counted_once() -> None:
    assert outside(0.0, 10.0, [(1.0, 4.0), (2.0, 6.0)]) == pytest.approx(5.0)


def test_an_interval_inside_another_changes_nothing() -> None:
    assert outside(0.0, 10.0, [(1.0, 9.0), (2.0, 3.0)]) == pytest.approx(2.0)


def test_what_lies_beyond_the_measurement_is_cut_off() -> None:
    assert outside(5.0, 10.0, [(0.0, 6.0), (9.0, 20.0), (30.0, 40.0)]) == pytest.approx(3.0)


def test_without_any_call_everything_is_outside() -> None:
    assert outside(1.0, 3.5, []) == pytest.approx(2.5)
