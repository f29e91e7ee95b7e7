"""Slots for attacks: leased as a worker leases them, watched for a deadline, compared before and after."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sandbox import door
from sandbox.door import Slot
from sandbox.errors import SandboxError
from sandbox.hostile.canary import Canaries
from sandbox.hostile.oracles import SLACK_SECONDS, grown

LEASE_SECONDS = 120.0  # behind live submissions, which go on
SETTLE_SECONDS = 45.0  # from the end of a case to its slot being free and as before: recycling takes about four
PAUSE_SECONDS = 0.1


@dataclass(frozen=True, slots=True)
class Everyday:
    """A neighbour's normal submission: its verdict in words, and the image that it made."""

    verdict: str
    image: str


Normal = Callable[[Mapping[str, str], Slot], Everyday]  # given the values of this run


@dataclass(frozen=True, slots=True)
class Used:
    """A slot that nobody has looked at since a case used it. `given`: how often it had been leased by then."""

    case: str
    given: int


@dataclass(slots=True)
class Arena:
    """`normal` grades the neighbour's work; `verdict` is what it says when nobody attacks."""

    control: Path
    canaries: Canaries
    normal: Normal
    verdict: str = ""
    before: dict[str, dict[str, int]] = field(default_factory=dict)
    pending: dict[str, Used] = field(default_factory=dict)  # by slot
    late: dict[str, list[str]] = field(default_factory=dict)  # case → what its slot showed afterwards
    case: str = ""
    leased: str = ""
    pace: float = 1.0  # how many times slower than usual this machine is

    @property
    def values(self) -> dict[str, str]:
        return self.canaries.values

    def everyday(self, slot: Slot) -> Everyday:
        return self.normal(self.values, slot)

    def prepare(self) -> None:
        """What the slots hold before, and the neighbour's verdict. SandboxError: no slot becomes free."""
        self.pace = float(self._status()["pace"])
        deadline = time.monotonic() + SETTLE_SECONDS * self.pace
        while not (free := self._free()):
            if time.monotonic() > deadline:
                raise SandboxError("no slot became free")
            time.sleep(PAUSE_SECONDS)
        now = self._now()
        self.before = {name: now[name] for name in free if name in now}
        with self.lease(LEASE_SECONDS) as slot:
            self.verdict = self.everyday(slot).verdict
        self.settle(wait=True)

    @contextmanager
    def lease(self, seconds: float) -> Iterator[Slot]:
        """A slot; when the time is over its connection is closed, as a lost heartbeat closes it."""
        with door.lease(self.control, wait=LEASE_SECONDS * self.pace) as slot:
            self._meet(slot.name)
            self.leased = slot.name
            timer = threading.Timer((seconds + SLACK_SECONDS) * self.pace, slot.control.close)
            timer.start()
            try:
                yield slot
            finally:
                timer.cancel()
                self.used(slot.name)

    def used(self, name: str) -> None:
        """The present case has a slot, or had it until now: it is compared once it is free."""
        self.pending[name] = Used(self.case, self._given().get(name, 0))

    def _meet(self, name: str) -> None:
        """A slot that comes back so soon that nobody has looked at it: look now, before anything runs in it."""
        if name in self.pending:
            self._compare(name)
        elif name not in self.before and name in (now := self._now()):
            self.before[name] = now[name]

    def settle(self, *, wait: bool) -> None:
        """Compare slots that are free again; with `wait`, all of them must become so."""
        deadline = time.monotonic() + SETTLE_SECONDS * self.pace
        while self.pending:
            free, given = self._free(), self._given()
            for name, used in list(self.pending.items()):
                if given.get(name, 0) != used.given:
                    del self.pending[name]  # a live submission was faster: what it finds there is cleaned, or recycled
                elif name in free:
                    self._compare(name)
            if not wait or not self.pending:
                return
            if time.monotonic() > deadline:
                for name, used in self.pending.items():
                    self.late.setdefault(used.case, []).append(f"{name} did not become free again")
                self.pending.clear()
            time.sleep(PAUSE_SECONDS)

    def _compare(self, name: str) -> None:
        case, before = self.pending.pop(name).case, self.before.get(name)
        after = self._now().get(name)
        if before is None or after is None:
            return  # leased by somebody else meanwhile, or started by another run
        if told := grown(before, after):
            time.sleep(self.pace)  # what was just killed is still being put away
            told = grown(before, self._now().get(name, after))
            if told:
                self.late.setdefault(case, []).extend(told)

    def _free(self) -> set[str]:
        return {slot["name"] for slot in self._status()["slots"] if slot["state"] == "free"}

    def _given(self) -> dict[str, int]:
        return {slot["name"]: int(slot["given"]) for slot in self._status()["slots"]}

    def broken(self) -> list[str]:
        """Slots that will not start any more."""
        return [slot["name"] for slot in self._status()["slots"] if slot["state"] == "broken"]

    def _status(self) -> Mapping[str, Any]:
        answer = door.status(self.control, door.ANSWER_SECONDS)
        if answer is None:
            raise SandboxError("the sandbox supervisor does not answer any more")
        return answer

    def _now(self) -> dict[str, dict[str, int]]:
        connection = door.Control(self.control, door.ANSWER_SECONDS)
        connection.pace = self.pace
        try:
            slots: dict[str, dict[str, int]] = connection.ask("baseline")["slots"]
            return slots
        finally:
            connection.close()


class Neighbour:
    """Everyday work in another slot while an attack runs; on a machine with one slot, right after it."""

    def __init__(self, arena: Arena) -> None:
        self._arena = arena
        self.verdict = ""
        self._thread = threading.Thread(target=self._work, name="neighbour", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def _work(self) -> None:
        try:
            with door.lease(self._arena.control, wait=LEASE_SECONDS * self._arena.pace) as slot:
                self.verdict = self._arena.everyday(slot).verdict
        except SandboxError as error:
            self.verdict = f"our own fault: {error}"

    def complaint(self) -> str:
        """ "" when the neighbour's verdict is what it is on a quiet machine."""
        self._thread.join(LEASE_SECONDS * self._arena.pace)
        if self.verdict == self._arena.verdict:
            return ""
        return f"a neighbour's work was graded “{self.verdict}”, and “{self._arena.verdict}” on a quiet machine"
