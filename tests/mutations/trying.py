"""A mutation tried: the attack with the setting on and with it off, and who refuses to serve with it off."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from sandbox import door
from sandbox.errors import SandboxError
from tests.mutations.attacks import WAIT_SECONDS
from tests.mutations.mutation import Mutation, Off
from tests.mutations.serving import state, supervisor

UNCHECKED = Off(switches=("unchecked",))
LOOK = "supervisor"


@dataclass(frozen=True, slots=True)
class Row:
    """`on`, `off`: what got through, "" nothing. `refusal`: the sentence of `by`, "" when nobody refused.

    `alone`: what got through with the setting off and the layers before it on; None where there are none.
    """

    mutation: Mutation
    on: str
    off: str
    alone: str | None
    by: str
    refusal: str
    seconds: float


@contextmanager
def serving(off: Off) -> Iterator[Path]:
    """A supervisor with all of this switched off, on its side and, while it runs, on the worker's."""
    with pytest.MonkeyPatch.context() as patch, supervisor(off.edits, off.switches, golden=off.golden) as control:
        for one in off.worker:
            patch.setattr(one.target, one.name, one.value)
        yield control


def tried(mutation: Mutation, intact: Path) -> Row:
    """`intact`: the control socket of a supervisor with nothing off, for where no layer stands before the setting."""
    begun = time.monotonic()
    if mutation.before == Off():
        on = mutation.attack(intact)
    else:
        with serving(mutation.before + UNCHECKED) as control:
            on = mutation.attack(control)
    with serving(mutation.before + mutation.off + UNCHECKED) as control:
        off = mutation.attack(control)
        by, refusal = (LOOK, "") if isinstance(mutation.refuses, str) else _canary(mutation, control)
    if isinstance(mutation.refuses, str):
        refusal = _refused(mutation.off, mutation.refuses)
    alone = None if mutation.before == Off() else _alone(mutation)
    return Row(mutation, on, off, alone, by, refusal, time.monotonic() - begun)


def _alone(mutation: Mutation) -> str:
    """A payload that cannot even run got nowhere either."""
    with serving(mutation.off + UNCHECKED) as control:
        try:
            return mutation.attack(control)
        except (AssertionError, SandboxError):
            return ""


def _canary(mutation: Mutation, control: Path) -> tuple[str, str]:
    """The canary's sentence; our own fault while it looks closes the sandbox as well."""
    assert not isinstance(mutation.refuses, str)
    name = mutation.refuses.__name__.replace("_", " ")
    try:
        with door.lease(control, wait=WAIT_SECONDS) as slot:
            slot.tainted = True
            return name, mutation.refuses(slot)
    except SandboxError as error:
        return name, f"nothing could be tried: {error}"


def _refused(off: Off, words: str) -> str:
    """What the supervisor says when it gives no slot away; "" when it does, or for another reason than `words`."""
    with serving(off) as control:
        seen = state(control)
        try:
            with door.lease(control, wait=0):
                return ""
        except SandboxError:
            return seen["detail"] if seen["state"] == "broken" and words in seen["detail"] else ""


def table(rows: Sequence[Row]) -> str:
    """One mutation in a few lines: long words need their room."""
    return "\n\n".join(map(_lines, rows))


def _lines(row: Row) -> str:
    off = f"not contained: {row.off}" if row.off else "STILL CONTAINED: this setting decides nothing"
    lines = [
        f"{'✓' if holds(row) else '✕'} {row.mutation.setting}  ({row.seconds:.1f} s)",
        f"    attack   {row.mutation.attack.__name__}",
        f"    on       {f'NOT CONTAINED: {row.on}' if row.on else 'contained'}",
        f"    off      {off}",
    ]
    if row.alone is not None:
        held = f"still contained, by {row.mutation.hidden_by}"
        lines.append(f"    alone    {'not contained' if row.alone else held}")
    return "\n".join([*lines, f"    refuses  {row.by}: {row.refusal or 'NOBODY'}"])


def holds(row: Row) -> bool:
    return not row.on and bool(row.off) and bool(row.refusal)
