"""Can submissions be built here now? A page says why not instead of letting a learner wait for nothing."""

from __future__ import annotations

import math
import os
from pathlib import Path

from django.conf import settings
from django.core.cache import cache
from django.utils.text import capfirst

from labs import gate
from sandbox import door, start
from sandbox.start import Start

ASK_EVERY_SECONDS = 5  # a class that reloads the page asks the supervisor once
LOOK_EVERY_SECONDS = 2  # what a page says may be this late; a worker asks anew before it gives the sandbox anything
MINUTES_FROM = 100  # seconds from which on an estimate is given in minutes


def why_closed() -> str:
    """Return one or two sentences for the page, or "" when labs are open."""
    if reason := no_engine():
        return reason
    now = start.read(settings.VAR)
    if now is not None and now.stage != start.OPEN:
        return f"{when(now)}: {doing(now)}." if now.runs else f"{now.finding} {now.todo}".strip()
    path = settings.SANDBOX_SOCKET
    if not cache.get_or_set("sandbox-answers", lambda: _answers(path), ASK_EVERY_SECONDS):
        return "The sandbox is not running at the moment."
    return str(cache.get_or_set("why-closed", gate.why_closed, LOOK_EVERY_SECONDS))


def no_engine() -> str:
    """Return the sentence of a machine on which no engine can run, or ""."""
    try:
        reason = str((settings.VAR / "no-engine").read_text("utf-8")).strip()
    except OSError:
        return ""  # set-up writes the file only where no engine can run
    return capfirst(reason or "no sandbox engine can run here").rstrip(".") + "."


def when(now: Start) -> str:
    """Return when labs open, rounded up as people round: "Labs open in about 90 s"."""
    seconds = now.seconds_left()
    if seconds < 1:
        return "Labs open soon"
    if seconds >= MINUTES_FROM:
        minutes = math.ceil(seconds / 60)
        return f"Labs open in about {minutes} minutes"
    return f"Labs open in about {math.ceil(seconds / 10) * 10} s"


def doing(now: Start) -> str:
    """Return what happens at this moment, with how much of it is over."""
    part = min(now.done + 1, now.total)
    if now.stage == start.SETUP:
        made = f", part {part} of {now.total}: {now.doing}" if now.total and now.doing else ""
        return f"setting up the sandbox{made}"
    if now.stage == start.CANARIES:
        tried = f", {now.done} of {now.total} done" if now.total else ""
        return f"checking what this machine enforces{tried}"
    if now.stage == start.ATTACKS:
        return f"trying {now.total} attacks on this machine, {now.done} done" if now.total else "trying attacks on it"
    return "starting the sandbox"


def _answers(path: Path) -> bool:
    # A web process that may not use the worker's socket cannot ask; rows then wait in the queue.
    return path.exists() and (not os.access(path, os.W_OK) or door.status(path) is not None)
