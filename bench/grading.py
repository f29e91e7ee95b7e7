"""Gradings of both labs' solutions: through the command line, traced in this process, and the slot's recycling."""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path

from bench import raw
from bench.errors import NotMeasured
from bench.table import Row, at_most, plain, ratio
from bench.tracing import outside, tracing
from labs import files, running, specs
from labs.specs import Lab
from sandbox import door
from sandbox.engine.paths import PROJECT

LABS = ("non-root", "layer-caching")
RATIO_GOAL, OUTSIDE_MS, RECYCLE_MS = 1.0, 100.0, 5000.0
WAIT_SECONDS = 600.0
RECYCLED_WITHIN = 120.0
LOOK_SECONDS = 0.01
Measured = dict[str, list[float]]


def measure(control: Path, rounds: int, say: Callable[[str], None]) -> list[Row]:
    """`rounds` rounds, interleaved: what disturbs the machine disturbs both sides."""
    found: Measured = defaultdict(list)
    for number in range(1, rounds + 1):
        for slug in LABS:
            lab = specs.catalogue()[slug]
            sides = [("grade", _graded), ("raw", _raw)]
            for side, call in sides if number % 2 else reversed(sides):
                found[f"{side}:{slug}"].append(call(control, lab))
            found[f"outside:{slug}"].append(_outside(control, lab) * 1000)
            say(f"round {number} of {rounds}: {slug} " + _last(found, slug))
        found["recycle"].append(recycled(control) * 1000)
        say(f"round {number} of {rounds}: slot recycled in {found['recycle'][-1]:.0f} ms")
    return list(_rows(found))


def _last(found: Measured, slug: str) -> str:
    return ", ".join(
        f"{side} {found[f'{side}:{slug}'][-1]:.2f} {u}"
        for side, u in zip(("grade", "raw", "outside"), ("s", "s", "ms"), strict=True)
    )


def _rows(found: Measured) -> Iterator[Row]:
    sums = [
        [sum(round_) for round_ in zip(*(found[f"{side}:{s}"] for s in LABS), strict=True)] for side in ("grade", "raw")
    ]
    yield at_most("grade_vs_raw", ratio(*sums), "ratio", RATIO_GOAL)
    for slug in LABS:
        yield plain(f"grade_vs_raw:{slug}", ratio(found[f"grade:{slug}"], found[f"raw:{slug}"]), "ratio")
    for side in ("grade", "raw"):
        for slug in LABS:
            yield plain(f"{side}_s:{slug}", statistics.median(found[f"{side}:{slug}"]), "s")
    medians = {slug: statistics.median(found[f"outside:{slug}"]) for slug in LABS}
    yield at_most("outside_engine_ms", max(medians.values()), "ms", OUTSIDE_MS)
    for slug, value in medians.items():
        yield plain(f"outside_engine_ms:{slug}", value, "ms")
    yield at_most("slot_recycle_ms", statistics.median(found["recycle"]), "ms", RECYCLE_MS)


def solution(lab: Lab) -> tuple[Path, dict[str, str]]:
    folder = specs.FOLDER / lab.slug / "solution"
    submitted, _ = files.read_all(lab, folder)
    return folder, dict(submitted.files)


def _graded(control: Path, lab: Lab) -> float:
    """`timings.total` of `manage.py grade … --json`. It finds the same supervisor by itself."""
    folder, _ = solution(lab)
    command = [sys.executable, "manage.py", "grade", lab.slug, str(folder), "--json"]
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise NotMeasured(f"the solution of {lab.slug} did not pass: {(done.stderr or done.stdout)[-600:]}")
    return float(json.loads(done.stdout)["timings"]["total"])


def _raw(control: Path, lab: Lab) -> float:
    return raw.seconds(control, lab, solution(lab)[1])


def _outside(control: Path, lab: Lab) -> float:
    """Seconds of one grading, files to grade and lease included, in which nothing of the engine was under way."""
    with tracing() as trace:
        begun = time.monotonic()
        texts = solution(lab)[1]
        with door.lease(control, wait=WAIT_SECONDS) as slot:
            grade = running.grade_in(slot, lab, texts, lambda event: None)
        ended = time.monotonic()
    if not grade.passed:
        raise NotMeasured(f"the solution of {lab.slug} did not pass when traced")
    return outside(begun, ended, trace.intervals)


def recycled(control: Path) -> float:
    """Seconds from the release of a slot that needs recycling until that slot is there again."""
    before = _state(control)
    with door.lease(control, wait=WAIT_SECONDS) as slot:
        slot.tainted = True
    begun = time.monotonic()
    while time.monotonic() < begun + RECYCLED_WITHIN:
        if _state(control)["recycled_ms"] != before["recycled_ms"]:
            return time.monotonic() - begun
        time.sleep(LOOK_SECONDS)
    raise NotMeasured(f"{slot.name} was not recycled within {RECYCLED_WITHIN:.0f} s")


def _state(control: Path) -> dict[str, object]:
    answer = door.status(control)
    if answer is None:
        raise NotMeasured("the sandbox supervisor does not answer")
    return dict(answer)
