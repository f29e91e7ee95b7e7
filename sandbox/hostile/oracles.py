"""What must hold after every case, written once. Each oracle says in a sentence what did not hold."""

from __future__ import annotations

import resource
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from sandbox.engine.paths import has_loop_devices
from sandbox.hostile.canary import Canaries
from sandbox.hostile.cases import BREACH, Case
from sandbox.hostile.layers import LAYERS

SLACK_SECONDS = 15.0  # beyond a case's own bound, for killing what it left and cleaning up
WORKER_MB = 300  # that one case may make this process grow by
FREE_PART = 0.02  # of a slot's disk that may differ between two clean states
_ROOM = ("free bytes", "free inodes")


@dataclass(frozen=True, slots=True)
class Evidence:
    """One case, tried. `stored`: every text that would be stored or shown, in one."""

    outcome: str
    words: str  # what the learner reads first
    stored: str
    seconds: float
    results: int = 1  # how many results were stored; exactly one is right
    complaints: tuple[str, ...] = ()  # what the kind itself saw


def complaints(case: Case, seen: Evidence, canaries: Canaries, pace: float = 1.0) -> list[str]:
    """Everything that did not hold, but for the state of the slots, which is looked at when they are free again.

    `pace`: how many times slower than usual this machine is, so that a slow machine never looks like a breach.
    """
    own = [*_outcome(case, seen), *_time(case, seen, pace), *_texts(case, seen)]
    return [*own, *canaries.complaints(seen.stored), *seen.complaints]


def _outcome(case: Case, seen: Evidence) -> Iterator[str]:
    # Where data roots are memory, what fills a disk fills the build's memory first.
    same = {"limit:memory"} if "limit:disk" in case.outcomes and not has_loop_devices() else set[str]()
    if seen.outcome not in {*case.outcomes, *same}:
        yield f"it ended as {seen.outcome}, not as {' or '.join(case.outcomes)}: {seen.words[:300]}"
    elif seen.outcome not in same and not LAYERS[case.layer].shows(seen.outcome, seen.stored):
        yield f"it was stopped, and not by {LAYERS[case.layer].words}: {seen.words[:300]}"
    if seen.results != 1:
        yield f"{seen.results} results were stored, not one"


def _time(case: Case, seen: Evidence, pace: float) -> Iterator[str]:
    allowed = case.seconds * pace
    if seen.seconds > allowed + SLACK_SECONDS * pace:
        yield f"it took {seen.seconds:.0f} s, and {allowed:.0f} were allowed"


def _texts(case: Case, seen: Evidence) -> Iterator[str]:
    if BREACH in seen.stored:
        where = seen.stored.index(BREACH)
        yield f"the payload says that it got through: {seen.stored[where : where + 120]!r}"
    for text in case.log:
        if text not in seen.stored:
            yield f"the payload did not say “{text}”, so it may never have run"
    for text in case.never:
        if text in seen.stored:
            yield f"“{text}” was found in what is stored"


def grown(before: Mapping[str, int], after: Mapping[str, int]) -> list[str]:
    """What a slot holds more of than before. Numbers as the supervisor's `baseline` gives them."""
    told = []
    for name, was in before.items():
        now = after.get(name, 0)
        if name in _ROOM:
            if now < was * (1 - FREE_PART):
                told.append(f"the slot had {was:,} {name} and has {now:,}")
        elif now > was:
            told.append(f"the slot held {was} {name} and holds {now}")
    return told


def memory_mb() -> float:
    """The most that this process ever held, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
