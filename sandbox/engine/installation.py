"""One supervisor per installation, which begins by removing what a killed one left behind."""

from __future__ import annotations

import fcntl
import shutil
import sys
from typing import IO

from sandbox.engine.cgroups import Group
from sandbox.engine.home import home
from sandbox.engine.paths import Layout


def lock(layout: Layout) -> IO[bytes]:
    """Held until it is closed or the process ends, however that ends. Exits where another supervisor holds it."""
    layout.slots.mkdir(parents=True, exist_ok=True)
    held = (layout.slots / "lock").open("wb")
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        sys.exit("another supervisor serves this installation already")
    return held


def sweep(layout: Layout) -> None:
    """Remove what a killed supervisor left: its slots died with it, their groups and directories did not."""
    for group in (home(layout.name), Group(layout.name)):
        if group.kill():
            group.remove()
    shutil.rmtree(layout.runtime, ignore_errors=True)
    layout.runtime.mkdir(parents=True)
    layout.runtime.chmod(0o711)
