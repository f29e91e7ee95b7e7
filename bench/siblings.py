"""How much slower a learner's grading is while another slot is attacked: a row for each family of resource attack."""

from __future__ import annotations

import contextlib
import statistics
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from bench.errors import NotMeasured
from bench.grading import WAIT_SECONDS, solution
from bench.table import Row, at_most, ratio
from labs import running, specs
from sandbox import door
from sandbox.errors import SandboxError
from sandbox.hostile import cases
from sandbox.hostile.payload import payload

SLUG = "non-root"
SLOWED_GOAL = 1.10
# What the attack takes, and the corpus's case that takes it longest.
ATTACKS = {
    "processor": "build/busy-loops",
    "memory": "build/memory-hog",
    "processes": "build/fork-bomb",
    "disk": "build/disk-fill",
    "log": "build/log-flood",
}
UNDER_WAY_SECONDS = 1.0  # from the attack's start until its step runs


def measure(control: Path, rounds: int, say: Callable[[str], None]) -> list[Row]:
    """Quiet and attacked gradings in turn, so that what else the machine does disturbs both."""
    status = door.status(control)
    if status is None or len(status["slots"]) < 2:
        raise NotMeasured("a neighbour needs a second slot")
    found: dict[str, list[float]] = defaultdict(list)
    for number in range(1, rounds + 1):
        for family, case in ATTACKS.items():
            found[f"quiet {family}"].append(_graded(control))
            with _attacked(control, case):
                found[family].append(_graded(control))
            said = f"{found[family][-1]:.2f} s, quiet {found[f'quiet {family}'][-1]:.2f} s"
            say(f"round {number} of {rounds}: beside an attack on {family} {said}")
    rows = [at_most(f"sibling_slowed:{f}", ratio(found[f], found[f"quiet {f}"]), "ratio", SLOWED_GOAL) for f in ATTACKS]
    everything = [statistics.median(found[family]) for family in ATTACKS]
    quiet = [statistics.median(found[f"quiet {family}"]) for family in ATTACKS]
    return [at_most("sibling_slowed", ratio(everything, quiet), "ratio", SLOWED_GOAL), *rows]


def _graded(control: Path) -> float:
    lab = specs.catalogue()[SLUG]
    with door.lease(control, wait=WAIT_SECONDS) as slot:
        begun = time.monotonic()
        running.grade_in(slot, lab, solution(lab)[1], lambda event: None)
        return time.monotonic() - begun


@contextmanager
def _attacked(control: Path, name: str) -> Iterator[None]:
    """The other slot is under this attack, again as soon as a limit has ended it."""
    case = next(one for one in cases.load_all() if one.id == name)
    lab = replace(specs.catalogue()[SLUG], experiments=specs.catalogue()[SLUG].experiments[:1])
    texts = {file: body.decode(errors="replace") for file, body in payload(case, {}).items()}
    over, held = threading.Event(), list[door.Slot]()

    def attack() -> None:
        while not over.is_set():
            with contextlib.suppress(SandboxError), door.lease(control, wait=WAIT_SECONDS) as slot:
                held[:] = [slot]
                slot.tainted = True
                slot.run(running.plan(lab, texts), lambda event: None)

    thread = threading.Thread(target=attack, name=name, daemon=True)
    thread.start()
    time.sleep(UNDER_WAY_SECONDS)
    try:
        yield
    finally:
        over.set()
        for slot in held:
            slot.control.close()  # the lease ends, and with it everything in the slot
        thread.join()
