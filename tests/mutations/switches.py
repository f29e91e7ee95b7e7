"""What can be switched off in the supervisor's process, by name. Each is called once, before it serves."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sandbox.engine import cleaning, slot
from sandbox.engine.api import Engine
from sandbox.engine.cgroups import Group
from sandbox.engine.dataroot import Files
from sandbox.engine.slot import Slot

LARGE_MB = 12_000  # sparse: only what is written takes room on the machine
_LISTS = {"/containers/json", "/images/json", "/networks", "/volumes"}


def unchecked() -> None:
    """The supervisor does not look at a slot that starts: an attack is to be tried on what it would refuse."""
    Slot.weakness = lambda self: ""  # type: ignore[method-assign]  # what is switched off


def _launched_without(part: str) -> Callable[[], None]:
    def switch() -> None:
        slot.LAUNCH = (sys.executable, "-m", "tests.mutations.launch", f"without={part}")

    return switch


def limits_discarded() -> None:
    """Limits are asked for, and nobody writes them down: as where the kernel lacks a controller."""
    Group.bound = lambda self, bounds: None  # type: ignore[method-assign]  # what is switched off


def large_disk() -> None:
    fill = Files.fill

    def filled(self: Files, golden: Path, target: Path) -> None:
        fill(self, golden, target)
        with target.open("r+b") as stream:
            stream.truncate(LARGE_MB << 20)
        subprocess.run(["resize2fs", "-f", target], check=True, capture_output=True)

    Files.fill = filled  # type: ignore[method-assign]  # what is switched off


class _Labelled(Engine):
    """An engine that shows only what carries a label of ours; a learner's image carries what its learner wrote."""

    def call(self, method: str, path: str, body: Any = None, *, accept: tuple[int, ...] = ()) -> Any:
        if method == "GET" and path.partition("?")[0] in _LISTS:
            path += ("&" if "?" in path else "?") + "filters=" + quote('{"label":["slipway.app"]}')
        return super().call(method, path, body, accept=accept)


class _Unpruned(Engine):
    """An engine whose build cache is neither pruned nor looked at."""

    def call(self, method: str, path: str, body: Any = None, *, accept: tuple[int, ...] = ()) -> Any:
        if path.startswith(("/build/prune", "/system/df")):
            return {}
        return super().call(method, path, body, accept=accept)


def _cleaned_through(engine: type[Engine], *, sees_golden: bool) -> Callable[[], None]:
    """Cleaning sees the slot through another engine's eyes; `sees_golden`: catalogue images too."""
    clean = cleaning.clean

    def cleaned(slot: Slot, golden: set[str]) -> None:
        seen = type("Seen", (Slot,), {"engine": property(lambda self: engine(self.socket))})
        clean(seen(slot.layout, slot.name), golden if sees_golden else set())

    def switch() -> None:
        cleaning.clean = cleaned

    return switch


SWITCHES: Mapping[str, Callable[[], None]] = {
    "unchecked": unchecked,
    "net": _launched_without("net"),
    "seccomp": _launched_without("seccomp"),
    "limits-discarded": limits_discarded,
    "large-disk": large_disk,
    "cleaned-by-label": _cleaned_through(_Labelled, sees_golden=False),
    "cache-not-pruned": _cleaned_through(_Unpruned, sees_golden=True),
}
