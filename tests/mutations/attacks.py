"""Attacks by a learner: builds and apps, without the parser's kind refusals in front of the engine."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, replace
from pathlib import Path

from sandbox import door, session
from sandbox.facts import Outcome
from sandbox.hostile import cases
from sandbox.hostile.canary import planted
from sandbox.hostile.cases import BREACH
from sandbox.hostile.kinds import LIMITS
from sandbox.hostile.payload import payload
from sandbox.limits import Limits
from sandbox.plan import Experiment, Plan
from tests.mutations.mutation import Attack
from tests.mutations.serve import OUTSIDE, OUTSIDE_PORT

WAIT_SECONDS = 60.0


def tried(slot: door.Slot, files: Mapping[str, str], *experiments: Experiment, limits: Limits = LIMITS) -> Outcome:
    plan = Plan("mutation", {}, files, (Experiment("image", "build"), *experiments), limits=limits)
    return session.run_plan(slot, plan, lambda event: None, refusals=False)


def stored(outcome: Outcome) -> str:
    facts = {name: asdict(fact) for name, fact in outcome.facts.items()}
    return json.dumps(facts, ensure_ascii=False) + "\n" + outcome.log


def corpus(name: str) -> Attack:
    """A case of tests/hostile whose payload says itself how far it got."""

    def attack(control: Path) -> str:
        case = cases.load(cases.FOLDER / name)
        with planted() as canaries, door.lease(control, wait=WAIT_SECONDS) as slot:
            values = {**canaries.values, "HOST_ADDRESS": OUTSIDE, "CANARY_PORT": str(OUTSIDE_PORT)}
            files = {name: body.decode() for name, body in payload(case, values).items()}
            text = stored(tried(slot, files))
            slot.tainted = True
        breaches = [line for line in text.splitlines() if line.startswith(BREACH)]
        assert breaches or all(sign in text for sign in case.log), text[-2000:]
        return "; ".join(line.removeprefix(BREACH).strip() for line in breaches)

    attack.__name__ = name
    return attack


def build(name: str, dockerfile: str, *, ran: str = "", **limits: int | float) -> Attack:
    """A build that gets through by succeeding; `ran` must be in the log, or else it says nothing."""

    def attack(control: Path) -> str:
        with door.lease(control, wait=WAIT_SECONDS) as slot:
            outcome = tried(slot, {"Dockerfile": dockerfile}, limits=replace(LIMITS, **limits))  # type: ignore[arg-type]
            slot.tainted = True
        text = stored(outcome)
        assert ran in text, text[-2000:]
        fact = outcome.facts["image"]
        return "the build succeeded" if getattr(fact, "ok", False) and outcome.limit is None else ""

    attack.__name__ = name
    return attack


def named(name: str) -> Callable[[Attack], Attack]:
    """What the table calls an attack."""

    def decorate(attack: Attack) -> Attack:
        attack.__name__ = name
        return attack

    return decorate
