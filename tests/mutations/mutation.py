"""A mutation: one boundary setting, how it is switched off, what then gets through, and who refuses to serve."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
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
class Off:
    """On the worker's side: this attribute becomes that while the mutation is tried."""

    target: Any
    name: str
    value: Any


@dataclass(frozen=True, slots=True)
class Mutation:
    """`refuses`: the canary that must say so, or the words of the supervisor's own look at a slot that starts.

    `switches` are names in `tests.mutations.switches`. `also` are layers that stand before the setting and are off
    with it both times, so that the setting stands alone.
    """

    name: str
    setting: str
    attack: Attack
    refuses: Canary | str
    edits: tuple[Edit, ...] = ()
    switches: tuple[str, ...] = ()
    worker: tuple[Off, ...] = ()
    also: Mapping[str, tuple[Edit, ...] | tuple[str, ...] | tuple[Off, ...]] = field(default_factory=dict)
    golden: bool = False  # the golden data root has to be made with it off
    cheap: bool = False
