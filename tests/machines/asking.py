"""Asking a guest: what must succeed there, and what was seen when it does not."""

from __future__ import annotations

import re

from sandbox.engine.paths import PROJECT
from tests.machines.guest import Guest
from tests.machines.tree import CLONE

HOME = f"/{CLONE}"
URL = "http://127.0.0.1:8000"


class Differs(Exception):
    """What was seen instead."""


def demand(guest: Guest, command: str, pattern: str = "", *, user: str = "root", seconds: float = 1800) -> str:
    """The output of a command that must succeed and whose output must match `pattern`."""
    done = guest.run(command, seconds, user=user)
    if done.code != 0 or not re.search(pattern, done.out):
        raise Differs(f"`{command}` ended with {done.code}: {done.out[-1500:]}")
    return done.out


def solution(lab: str) -> dict[str, str]:
    """The files of a lab's solution, by name."""
    return {file.name: file.read_text() for file in (PROJECT / "labs/catalogue" / lab / "solution").iterdir()}
