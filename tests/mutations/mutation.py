"""A mutation: one boundary setting, how it is switched off, what then gets through, and who refuses to serve."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sandbox.door import Slot

# Takes the control socket of a running supervisor: "" when it was contained, else what got through. AssertionError:
# the payload did not run, so that nothing was shown.
Attack = Callable[[Path], str]
Canary = Callable[[Slot], str]


@dataclass(frozen=True, slots=True)
class Edit:
    """A change to one file of a copy of the slot's assets: `old` is there exactly once, or it is no mutation."""

    file: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Set:
    """On the worker's side, in this process: an attribute becomes `value` while the mutation is tried."""

    target: Any
    name: str
    value: Any


@dataclass(frozen=True, slots=True)
class Off:
    """What is switched off. `switches` are names in `tests.mutations.switches`, for the supervisor's process."""

    edits: tuple[Edit, ...] = ()
    switches: tuple[str, ...] = ()
    worker: tuple[Set, ...] = ()
    golden: bool = False  # the golden data root has to be made with it off

    def __add__(self, other: Off) -> Off:
        return Off(
            self.edits + other.edits,
            self.switches + other.switches,
            self.worker + other.worker,
            self.golden or other.golden,
        )


@dataclass(frozen=True, slots=True)
class Mutation:
    """`refuses`: the canary that must say so, or words of the supervisor's own look at a slot that starts.

    `before`: layers that would hide the setting. They are off both times, so that the setting alone decides.
    """

    name: str
    setting: str
    off: Off
    attack: Attack
    refuses: Canary | str
    before: Off = Off()
    hidden_by: str = ""  # those layers in words
    cheap: bool = False
