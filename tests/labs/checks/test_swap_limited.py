from __future__ import annotations

from labs.checks.swap_limited import run
from tests.labs.facts import context, pressure


def test_memory_and_swap_at_the_same_figure_pass() -> None:
    assert run(pressure(), context()).found == "Memory and swap end at 128 MB together, 0 MB of it swap"


def test_swap_beyond_it_fails() -> None:
    assert run(pressure(memory_and_swap=256 * 2**20), context()).status == "failed"
    assert "swap nowhere" in run(pressure(memory_and_swap=None), context()).found


def test_without_a_memory_limit_nothing_is_measured() -> None:
    assert run(pressure(memory=None), context()).status == "skipped"
