"""Runs the canaries on this machine's slots, two at once where there are two."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from sandbox import door
from sandbox.door import Slot
from sandbox.errors import SandboxError

Canary = Callable[[Slot], str]
LANES = 2  # more would compete for the processors that some canaries measure
LEASE_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Tried:
    """`finding` is "" when what the canary tries holds."""

    name: str
    finding: str


@dataclass(slots=True)
class _Rest:
    """The canaries that nobody has taken yet."""

    waiting: list[Canary]
    lock: threading.Lock = field(default_factory=threading.Lock)

    def take(self) -> Canary | None:
        with self.lock:
            return self.waiting.pop(0) if self.waiting else None


def try_all(control: Path, canaries: Sequence[Canary], tell: Callable[[Tried], None]) -> list[Tried]:
    """Try every canary; `tell` hears each result as it comes. SandboxError: no slot could be had, or it was lost."""
    rest, found = _Rest(list(canaries)), list[Tried]()
    lanes, pace = _slots_and_pace(control)

    def lane() -> None:
        with door.lease(control, wait=LEASE_SECONDS * pace) as slot:
            slot.tainted = True  # canaries leave more behind than a submission may
            while canary := rest.take():
                tried = Tried(canary.__name__.replace("_", " "), canary(slot))
                with rest.lock:
                    found.append(tried)
                    tell(tried)

    with ThreadPoolExecutor(lanes) as pool:
        ends = [pool.submit(lane) for _ in range(lanes)]
        failures = [error for error in (end.exception() for end in ends) if error]
    if failures and len(found) < len(canaries):  # a lane that got no slot in time is no loss when the other did it all
        raise failures[0]
    return found


def _slots_and_pace(control: Path) -> tuple[int, float]:
    """How many lanes there can be, and how many times slower than usual this machine is."""
    status = door.status(control)
    if status is None:
        raise SandboxError("the sandbox supervisor does not answer")
    usable = len([slot for slot in status["slots"] if slot["state"] != "broken"])
    return min(LANES, max(1, usable)), float(status["pace"])
