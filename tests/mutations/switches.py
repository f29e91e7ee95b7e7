"""What can be switched off in the supervisor's process, by name. Each is called once, before it serves."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping

from sandbox.engine import slot
from sandbox.engine.slot import Slot


def unchecked() -> None:
    """The supervisor does not look at a slot that starts: an attack is to be tried on what it would refuse."""
    Slot.weakness = lambda self: ""  # type: ignore[method-assign]


def _launched_without(part: str) -> Callable[[], None]:
    def switch() -> None:
        slot.LAUNCH = (sys.executable, "-m", "tests.mutations.launch", f"without={part}")

    return switch


SWITCHES: Mapping[str, Callable[[], None]] = {
    "unchecked": unchecked,
    "net": _launched_without("net"),
    "seccomp": _launched_without("seccomp"),
}
