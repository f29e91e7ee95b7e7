"""All cases, one after another: a machine that is attacked in two ways at once would not say which of them it was."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from sandbox.errors import SandboxError
from sandbox.hostile import oracles
from sandbox.hostile.arena import Arena, Neighbour, Normal
from sandbox.hostile.canary import planted
from sandbox.hostile.cases import ENGINE, Case
from sandbox.hostile.kinds import Kind
from sandbox.hostile.results import Result

Tell = Callable[[Result], None]  # called once a case, as soon as it has ended


@dataclass(frozen=True, slots=True)
class Ground:
    """Where attacks are tried: the supervisor's socket, a neighbour's everyday work, a folder for secrets."""

    control: Path
    normal: Normal
    secrets: Path | None = None  # see `canary.planted`


def run(cases: Sequence[Case], kinds: Mapping[str, Kind], ground: Ground, tell: Tell) -> list[Result]:
    """The results in the order of `cases`. SandboxError: the platform failed before anything could be tried.

    Slots are compared once they are free again, so a result may get worse after it was told.
    """
    with planted(ground.secrets) as canaries:
        arena = Arena(ground.control, canaries, ground.normal)
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
    memory = oracles.memory_mb()
    neighbour = Neighbour(arena) if case.sibling else None
    if neighbour:
        arena.settle(wait=True)  # the neighbour could get a slot that nobody has looked at yet
        neighbour.start()
    begun = time.monotonic()
    try:
        if case.victim:
            _victim(arena, case)
        seen = kind(arena, case)
        told = oracles.complaints(case, seen, arena.canaries, arena.pace)
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
