from __future__ import annotations

import time
from pathlib import Path

import pytest

from sandbox import door
from sandbox.engine import baseline
from sandbox.engine.paths import Layout
from sandbox.engine.slot import Slot
from tests.engine import control


def test_a_slot_that_does_not_run_has_no_numbers(tmp_path: Path) -> None:
    layout = Layout(tmp_path)
    assert baseline.take(layout, [Slot(layout, "slot0")]) == {}


@pytest.mark.engine
def test_a_slot_that_runs_is_counted_without_a_lease() -> None:
    connection, deadline = door.Control(control(), 10.0), time.monotonic() + 60
    try:
        while not (slots := connection.ask("baseline")["slots"]) and time.monotonic() < deadline:
            time.sleep(0.2)  # other tests have made every slot start anew
    finally:
        connection.close()
    assert slots
    for numbers in slots.values():
        assert numbers["loop devices"] == 1
        assert numbers["processes"] >= 3
        assert numbers["free bytes"] > 1 << 30
        assert min(numbers.values()) > 0
