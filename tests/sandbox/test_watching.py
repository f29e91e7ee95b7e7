from __future__ import annotations

import pytest

from sandbox.watching import moment


@pytest.mark.parametrize(
    "text", ["2026-11-25T01:24:05.100000000Z", "2026-11-25T02:24:05.1+01:00", "2026-11-24T20:24:05.100000001-05:00"]
)
def test_the_engines_times_are_read_in_any_zone(text: str) -> None:
    assert moment(text) == pytest.approx(1795569845.1)


def test_a_time_without_a_fraction_is_read_too() -> None:
    assert moment("1970-01-01T00:00:02Z") == 2
