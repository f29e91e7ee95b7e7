"""Attacks that need the sandbox alone: past the kind refusals, on the build client, at the supervisor's door."""

from __future__ import annotations

import json
import tempfile
import time
import uuid
from collections.abc import Callable, Mapping
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from sandbox import door, policy, session
from sandbox.available import Stock
from sandbox.builder import Builder, Finished, Order
from sandbox.facts import Build, Outcome
from sandbox.hostile import planting
from sandbox.hostile.arena import Arena
from sandbox.hostile.cases import Case
from sandbox.hostile.oracles import Evidence
from sandbox.hostile.payload import payload, write
from sandbox.limits import DEFAULT, Limits
from sandbox.logs import clean
from sandbox.plan import Experiment, Plan

Kind = Callable[[Arena, Case], Evidence]
ANSWER_SECONDS = 10.0  # for the supervisor to answer, or to end the connection
LIMITS = replace(DEFAULT, build_seconds=20, build_memory_mb=256, build_pids=128, log_bytes=1024 * 1024)


def limits(case: Case, own: Limits = LIMITS) -> Limits:
    """The corpus's bounds with the case's on top."""
    changes: dict[str, Any] = {name: type(getattr(own, name))(value) for name, value in case.limits.items()}
    return replace(own, **changes)


def bypass(arena: Arena, case: Case) -> Evidence:
    """A build as a session makes it, without anything that is said before it: the engine has to stop it."""
    texts = {name: body.decode() for name, body in payload(case, arena.values).items()}
    plan = Plan("hostile", {}, texts, (Experiment("image", "build"),), limits=limits(case))
    begun = time.monotonic()
    with arena.lease(case.seconds) as slot:
        outcome = session.run_plan(slot, plan, lambda event: None, refusals=False)
    return Evidence(_named(outcome), _words(outcome), _stored(outcome), time.monotonic() - begun)


def _named(outcome: Outcome) -> str:
    if outcome.unavailable is not None:
        return "not-available"
    if outcome.limit is not None:
        return f"limit:{outcome.limit.name}"
    fact = outcome.facts.get("image")
    return "built" if isinstance(fact, Build) and fact.ok else "build-failed"


def _words(outcome: Outcome) -> str:
    fact = outcome.facts.get("image")
    if outcome.unavailable is not None:
        return outcome.unavailable.message
    if isinstance(fact, Build) and fact.problem is not None:
        return f"{fact.problem.message}\n{fact.log_tail}"
    return outcome.log[-600:]


def _stored(outcome: Outcome) -> str:
    facts = {name: asdict(fact) for name, fact in outcome.facts.items()}
    return json.dumps(facts, ensure_ascii=False) + "\n" + outcome.log


def client(arena: Arena, case: Case) -> Evidence:
    """The build client over a context that no learner can send: its own defences, without the form's in front."""
    begun = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="slipway-planted-") as work, arena.lease(case.seconds) as slot:
        context = Path(work) / "context"
        context.mkdir()
        write(payload(case, arena.values), context)
        planting.plant(case.plant, context, arena.values)
        finished = _build(slot, context, Path(work), limits(case))
        slot.control.ask("kill")
    return _built(finished, time.monotonic() - begun)


def _build(slot: door.Slot, context: Path, work: Path, bounds: Limits) -> Finished:
    bounds = bounds.at(slot.pace)
    rules = policy.rules(Stock.load(slot.stock))
    builder = Builder(slot.docker, slot.tree, rules, uuid.uuid4().hex, bounds)
    dockerfile = work / "dockerfile"  # as the platform does: nothing of a learner's stands beside it
    dockerfile.mkdir()
    (dockerfile / "Dockerfile").write_bytes((context / "Dockerfile").read_bytes())
    order = Order(context, dockerfile / "Dockerfile", work / "client")
    return builder.build(order, lambda progress, event: None)


def _built(finished: Finished, seconds: float) -> Evidence:
    said = clean("\n".join([finished.progress.log_tail(200), *finished.progress.text]))
    outcome = "built" if finished.ok else f"limit:{finished.stopped}" if finished.stopped else "build-failed"
    return Evidence(outcome, said[-600:], said, seconds)


def at_the_door(arena: Arena, case: Case) -> Evidence:
    """What a worker gone bad says to the supervisor: every line is refused, or ends the connection."""
    begun = time.monotonic()
    told: list[str] = []
    wrong: list[str] = []
    held: list[door.Control] = []  # at most one, with a lease: a slot for every line would be recycled for every line
    try:
        for send in case.send:
            line = send.line.replace("@CANARY_FILE@", arena.values["CANARY_FILE"]) * send.times
            answer = _say(_connection(arena, held, lease=send.lease), line, held)
            told.append(json.dumps(answer))
            if answer.get("ok"):
                wrong.append(f"{line[:80]!r} was answered with {json.dumps(answer)[:200]}")
    finally:
        for connection in held:
            connection.close()
    if door.status(arena.control) is None:
        wrong.append("the supervisor does not answer any more")
    outcome = "built" if wrong else "refused"
    return Evidence(outcome, told[0], "\n".join(told), time.monotonic() - begun, complaints=tuple(wrong))


def _connection(arena: Arena, held: list[door.Control], *, lease: bool) -> door.Control:
    if not lease:
        return door.Control(arena.control, ANSWER_SECONDS * arena.pace)
    if not held:
        held.append(door.Control(arena.control, ANSWER_SECONDS * arena.pace))
        held[0].pace = arena.pace
        given = held[0].ask("lease", timeout=120.0, wait=100 * arena.pace)
        arena.used(str(given["slot"]))
    return held[0]


def _say(connection: door.Control, line: str, held: list[door.Control]) -> Mapping[str, Any]:
    """The answer to one raw line; {} when the connection was ended instead."""
    answer = connection.say(line.encode("utf-8", "surrogateescape"))
    if not answer and connection in held:
        held.remove(connection)
    if connection not in held:
        connection.close()
    return answer


KINDS: Mapping[str, Kind] = {"bypass": bypass, "client": client, "door": at_the_door}
