"""Can submissions be built here now? A page says why not instead of letting a learner wait for nothing."""

from __future__ import annotations

import os
from pathlib import Path

from django.conf import settings
from django.core.cache import cache
from django.utils.text import capfirst

from labs import gate
from sandbox import door

ASK_EVERY_SECONDS = 5  # a class that reloads the page asks the supervisor once
LOOK_EVERY_SECONDS = 2  # what a page says may be this late; a worker asks anew before it gives the sandbox anything


def why_closed() -> str:
    """One sentence for the page, or "" when labs are open."""
    try:
        reason = str((settings.VAR / "no-engine").read_text("utf-8")).strip()
        return capfirst(reason or "no sandbox engine can run here").rstrip(".") + "."
    except OSError:
        pass  # the file is written by set-up, and only where no engine can run
    path = settings.SANDBOX_SOCKET
    if not cache.get_or_set("sandbox-answers", lambda: _answers(path), ASK_EVERY_SECONDS):
        return "The sandbox is not running at the moment."
    return str(cache.get_or_set("why-closed", gate.why_closed, LOOK_EVERY_SECONDS))


def _answers(path: Path) -> bool:
    # A web process that may not use the worker's socket cannot ask; rows then wait in the queue.
    return path.exists() and (not os.access(path, os.W_OK) or door.status(path) is not None)
