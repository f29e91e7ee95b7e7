"""`python -m sandbox.engine.pressure KIND AMOUNT SECONDS GROUP…`: joins a control group and uses what it can get.

memory  touches AMOUNT megabytes, one after another, and prints how many it has
pids    starts AMOUNT threads, and prints how many run
cpu     spins with AMOUNT processes for SECONDS, and prints the seconds that the group's processes had
"""

from __future__ import annotations

import contextlib
import mmap
import os
import sys
import threading
import time
from pathlib import Path

NOBODY = 65534
MB = 1024 * 1024
PAGE = 4096
STACK = 64 * 1024


def main(arguments: list[str]) -> None:
    kind, amount, seconds, *groups = arguments
    for group in groups:
        (Path(group) / "cgroup.procs").write_text(str(os.getpid()))
    Path("/proc/self/oom_score_adj").write_text("1000")
    os.setgroups([])
    os.setresgid(NOBODY, NOBODY, NOBODY)
    os.setresuid(NOBODY, NOBODY, NOBODY)
    {"memory": memory, "pids": pids, "cpu": cpu}[kind](int(amount), float(seconds))


def memory(amount: int, seconds: float) -> None:
    held, deadline = [], time.monotonic() + seconds
    for count in range(1, amount + 1):
        try:
            piece = mmap.mmap(-1, MB)
        except OSError:
            say("refused")
            return
        for place in range(0, MB, PAGE):
            piece[place] = 1
        held.append(piece)
        say(count)
        if time.monotonic() > deadline:
            say("late")
            return


def pids(amount: int, seconds: float) -> None:
    """Threads count like processes, and each costs little memory."""
    threading.stack_size(STACK)
    done = threading.Event()
    for count in range(1, amount + 1):
        try:
            threading.Thread(target=done.wait, args=(seconds,), daemon=True).start()
        except RuntimeError:
            say("refused")
            break
        say(count)
    done.set()


def cpu(amount: int, seconds: float) -> None:
    children = []
    for _ in range(amount):
        with contextlib.suppress(OSError):
            child = os.fork()
            if child == 0:
                deadline = time.monotonic() + seconds
                while time.monotonic() < deadline:
                    pass
                os._exit(0)
            children.append(child)
    for child in children:
        os.waitpid(child, 0)
    say(seconds)


def say(figure: object) -> None:
    """Unbuffered: what was said before a kill is known."""
    os.write(1, f"{figure}\n".encode())


if __name__ == "__main__":
    main(sys.argv[1:])
