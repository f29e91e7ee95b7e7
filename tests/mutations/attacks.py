"""Attacks by a learner: builds and apps, without the parser's kind refusals in front of the engine."""

from __future__ import annotations

import tempfile
import uuid
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

from sandbox import builder, door, policy
from sandbox.available import Stock
from sandbox.builder import Finished, Order
from sandbox.hostile import cases
from sandbox.hostile.canary import planted
from sandbox.hostile.cases import BREACH
from sandbox.hostile.kinds import LIMITS
from sandbox.hostile.payload import payload, write
from sandbox.limits import Limits
from tests.mutations.mutation import Attack
from tests.mutations.serve import OUTSIDE, OUTSIDE_PORT

WAIT_SECONDS = 60.0
SAID = 12  # words of what a payload says
Judge = Callable[[Finished, str], str]


def named(name: str) -> Callable[[Attack], Attack]:
    """What the table calls an attack."""

    def decorate(attack: Attack) -> Attack:
        attack.__name__ = name
        return attack

    return decorate


def built(slot: door.Slot, files: Mapping[str, bytes], limits: Limits = LIMITS) -> tuple[Finished, str]:
    """One build by the client that every submission is built by, and all that it said."""
    with tempfile.TemporaryDirectory(prefix="slipway-mutation-") as work:
        write(files, Path(work) / "context")
        (Path(work) / "own").mkdir()
        dockerfile = Path(work) / "own" / "Dockerfile"
        dockerfile.write_bytes(files["Dockerfile"])
        rules = policy.rules(Stock.load(slot.stock))
        maker = builder.Builder(slot.docker, slot.tree, rules, uuid.uuid4().hex, limits)
        finished = maker.build(Order(Path(work) / "context", dockerfile, Path(work) / "client"), lambda *_: None)
    return finished, "\n".join([finished.progress.log_tail(200), *finished.progress.text])


def breaches(text: str, *ran: str) -> str:
    """What the payload says that it got through to. AssertionError: it did not run, by the signs in `ran`."""
    said = [line.replace(BREACH, "breach").partition("<")[0] for line in text.splitlines() if BREACH in line]
    found = [" ".join(line.split()[:SAID]) for line in said]
    assert found or all(sign in text for sign in ran), text[-2000:]
    return "; ".join(line.removeprefix("breach ") for line in found)


def corpus(name: str) -> Attack:
    """A case of tests/hostile whose payload says itself how far it got."""

    def attack(control: Path) -> str:
        case = cases.load(cases.FOLDER / name)
        with planted() as canaries, door.lease(control, wait=WAIT_SECONDS) as slot:
            slot.tainted = True
            values = {**canaries.values, "HOST_ADDRESS": OUTSIDE, "CANARY_PORT": str(OUTSIDE_PORT)}
            _, text = built(slot, payload(case, values))
            got = [breaches(text, *case.log), *canaries.complaints("")]
        return "; ".join(filter(None, got))

    return named(f"corpus: {name}")(attack)


def build(name: str, dockerfile: str, *signs: str, **limits: int) -> Attack:
    """A build that gets through by succeeding; contained, it says one of `signs`."""

    def attack(control: Path) -> str:
        with door.lease(control, wait=WAIT_SECONDS) as slot:
            slot.tainted = True
            finished, text = built(slot, {"Dockerfile": dockerfile.encode()}, replace(LIMITS, **limits))
        if finished.ok:
            return "the build succeeded"
        assert any(sign in text for sign in signs), text[-2000:]
        return ""

    return named(name)(attack)
