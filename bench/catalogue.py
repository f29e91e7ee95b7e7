"""Every lab's grading: cold in a new slot, warm in the same one, and beside its own engine operations one by one."""

from __future__ import annotations

import statistics
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.errors import NotMeasured
from bench.grading import WAIT_SECONDS, recycled, solution
from bench.table import Row, at_most, plain, ratio
from bench.tracing import outside, tracing
from labs import running, specs
from labs.specs import Lab
from sandbox import door, session

RATIO_GOAL = 1.15
WARM_GOAL = 15.0  # seconds: no grade may take longer
ROUNDS = 2  # every lab three times a round takes minutes


def measure(control: Path, rounds: int, say: Callable[[str], None]) -> list[Row]:
    """The operations are those of a run in which no two experiments overlap, without what we do between them."""
    found: dict[str, list[float]] = defaultdict(list)
    for number in range(1, min(rounds, ROUNDS) + 1):
        for slug, lab in specs.catalogue().items():
            recycled(control)
            with door.lease(control, wait=WAIT_SECONDS) as slot:
                found[f"cold:{slug}"].append(_graded(slot, lab))
            with door.lease(control, wait=WAIT_SECONDS) as slot:
                found[f"warm:{slug}"].append(_graded(slot, lab))
            with door.lease(control, wait=WAIT_SECONDS) as slot:
                found[f"raw:{slug}"].append(_operations(slot, lab))
            shown = ", ".join(f"{side} {found[f'{side}:{slug}'][-1]:.2f} s" for side in ("cold", "warm", "raw"))
            say(f"round {number} of {min(rounds, ROUNDS)}: {slug} {shown}")
    return [row for slug in specs.catalogue() for row in _rows(slug, found)]


def _rows(slug: str, found: dict[str, list[float]]) -> Iterator[Row]:
    cold, warm, raw = (found[f"{side}:{slug}"] for side in ("cold", "warm", "raw"))
    yield plain(f"lab_cold_s:{slug}", statistics.median(cold), "s")
    yield at_most(f"lab_warm_s:{slug}", statistics.median(warm), "s", WARM_GOAL)
    yield at_most(f"lab_vs_raw:{slug}", ratio(warm, raw), "ratio", RATIO_GOAL)


def _graded(slot: door.Slot, lab: Lab) -> float:
    texts = solution(lab)[1]
    begun = time.monotonic()
    grade = running.grade_in(slot, lab, texts, lambda event: None)
    seconds = time.monotonic() - begun
    if not grade.passed:
        raise NotMeasured(f"the solution of {lab.slug} did not pass")
    return seconds


def _operations(slot: door.Slot, lab: Lab) -> float:
    """Seconds of one grading in which something of the engine was under way, one experiment after another."""
    with tracing() as trace, _one_at_a_time():
        begun = time.monotonic()
        seconds = _graded(slot, lab)
        return seconds - outside(begun, begun + seconds, trace.intervals)


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    startable = session._startable
    session._startable = lambda waiting, facts, running: [] if running else startable(waiting, facts, running)[:1]
    try:
        yield
    finally:
        session._startable = startable
