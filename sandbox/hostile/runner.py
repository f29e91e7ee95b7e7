"""All cases, one after another: a machine that is attacked in two ways at once would not say which of them it was."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from sandbox.errors import SandboxError
from sandbox.hostile import oracles
from sandbox.hostile.arena import Arena, Neighbour, Normal
from sandbox.hostile.canary import planted
from sandbox.hostile.cases import ENGINE, Case
from sandbox.hostile.kinds import Kind
from sandbox.hostile.results import Result

Tell = Callable[[Result], None]  # called once a case, as soon as it has ended


def run(cases: Sequence[Case], kinds: Mapping[str, Kind], control: Path, normal: Normal, tell: Tell) -> list[Result]:
    """The results in the order of `cases`. SandboxError: the platform failed before anything could be tried.

    Slots are compared once they are free again, so a result may get worse after it was told.
    """
    with planted() as canaries:
        arena = Arena(control, canaries, normal)
        arena.prepare()
        results = []
        for case in cases:
            result = one(arena, case, kinds[case.via])
            tell(result)
            results.append(result)
            arena.settle(wait=False)
        arena.settle(wait=True)
        results = [result.with_more(arena.late.get(result.case.id, ())) for result in results]
        return [*results[:-1], _afterwards(arena, results[-1])] if results else results


def one(arena: Arena, case: Case, kind: Kind) -> Result:
    """One case, judged by everything but the state of its slot, which is looked at once that is free again."""
    arena.case = case.id
    begun, memory = time.monotonic(), oracles.memory_mb()
    neighbour = Neighbour(arena) if case.sibling else None
    if neighbour:
        neighbour.start()
    try:
        if case.victim:
            _victim(arena, case)
        seen = kind(arena, case)
        told = oracles.complaints(case, seen, arena.canaries)
        outcome = seen.outcome
    except SandboxError as error:
        outcome, told = "platform-fault", [f"our own fault instead of a result: {error}"]
        told += arena.canaries.complaints("")
    if neighbour and (complaint := neighbour.complaint()):
        told.append(complaint)
    if oracles.memory_mb() - memory > oracles.WORKER_MB:
        told.append(f"this process grew by more than {oracles.WORKER_MB} MB")
    return Result(case, outcome, time.monotonic() - begun, tuple(told))


def _victim(arena: Arena, case: Case) -> None:
    """Another learner's work, in the slot that the attack will get: the first one that is free."""
    arena.settle(wait=True)
    with arena.lease(case.seconds) as slot:
        arena.values["VICTIM_IMAGE"] = arena.everyday(slot).image
    arena.settle(wait=True)


def _afterwards(arena: Arena, last: Result) -> Result:
    """When all is over: every slot still starts, and everyday work has the verdict that it had before."""
    told = [f"{name} does not start any more" for name in arena.broken()]
    if last.case.via in ENGINE:
        arena.case = last.case.id
        with arena.lease(60) as slot:
            verdict = arena.everyday(slot).verdict
        if verdict != arena.verdict:
            told.append(f"afterwards everyday work was graded “{verdict}”, and “{arena.verdict}” before")
        arena.settle(wait=True)
    return last.with_more(told)
