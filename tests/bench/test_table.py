from __future__ import annotations

import json
from pathlib import Path

import pytest

from bench.table import Row, at_most, percentile, plain, ratio, text, write


def test_a_figure_at_its_goal_is_good_and_above_it_is_not() -> None:
    assert at_most("a", 1.0, "ratio", 1.0).ok
    assert not at_most("a", 1.001, "ratio", 1.0).ok


def test_a_figure_without_a_goal_misses_none() -> None:
    assert plain("a", 3.14159, "s") == Row("a", 3.142, "s", None, True)


def test_a_percentile_is_a_value_that_was_measured() -> None:
    assert percentile([float(n) for n in range(1, 21)], 95) == 19.0
    assert percentile([7.0], 95) == 7.0
    with pytest.raises(ValueError, match="no values"):
        percentile([], 95)


def test_one_disturbed_round_does_not_move_a_ratio() -> None:
    assert ratio([1.0, 1.0, 50.0], [2.0, 2.0, 2.0]) == 0.5


def test_the_file_holds_a_list_of_the_five_keys(tmp_path: Path) -> None:
    write([at_most("a", 2.0, "ms", 1.0), plain("b", 1.0, "s")], tmp_path / "bench.json")
    assert json.loads((tmp_path / "bench.json").read_text()) == [
        {"name": "a", "value": 2.0, "unit": "ms", "goal": 1.0, "ok": False},
        {"name": "b", "value": 1.0, "unit": "s", "goal": None, "ok": True},
    ]


def test_the_table_marks_only_figures_that_have_a_goal() -> None:
    told = text([at_most("late", 2.0, "ms", 1.0), plain("other", 1.0, "s")]).splitlines()
    assert told[1].endswith("✕")
    assert not told[2].endswith(("✓", "✕"))
