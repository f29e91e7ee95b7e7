"""On the real engine: whoever takes the processors for long is served after the neighbours."""

from __future__ import annotations

import pytest

from sandbox import door
from sandbox.engine.cgroups import Group, is_v2
from sandbox.engine.home import home
from sandbox.engine.paths import layout
from sandbox.engine.slot import STEPPED_BACK
from tests.engine import RUNS, START, Tried, control

pytestmark = pytest.mark.engine
BUSY = """\
FROM python:3.11-slim
RUN python3 -c "exec('import time\\nwhile time.process_time() < 5: pass')"
"""


def share(slot: str) -> float:
    group = Group(f"{home(layout().name).path}/{slot}")
    weight, of = ("cpu.weight", 100) if is_v2() else ("cpu.shares", 1024)
    return int((group.directory("cpu") / weight).read_text()) / of


def test_a_grading_has_its_full_share(tried: Tried, slot: door.Slot) -> None:
    tried(RUNS, START)
    assert share(slot.name) == 1


def test_a_lease_that_takes_more_steps_back(tried: Tried, slot: door.Slot) -> None:
    assert tried(BUSY).limit is None
    assert share(slot.name) == pytest.approx(STEPPED_BACK, abs=0.01)


def test_the_next_lease_of_its_slot_begins_anew() -> None:
    with door.lease(control(), wait=120) as slot:
        assert share(slot.name) == 1
