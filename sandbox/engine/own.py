"""A supervisor of one's own for the length of a command: for `manage.py grade` and the tests when none runs."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sandbox.door import status
from sandbox.engine import pace
from sandbox.engine.host import missing
from sandbox.engine.lifetime import end_with_parent
from sandbox.engine.paths import PROJECT, Layout, layout
from sandbox.errors import SandboxError

START_SECONDS = 60.0


@contextmanager
def supervisor(slots: int | None = None, place: Layout | None = None) -> Iterator[Path]:
    """The control socket of the running supervisor, or of one that is started here and ended afterwards.

    SandboxError: no engine can run on this machine, or set-up has not been run.
    """
    place = place or layout()
    if status(place.control) is not None:
        yield place.control
        return
    reason = missing()
    if reason or not place.golden.exists():
        raise SandboxError(reason or "the sandbox is not set up here: run `make setup`")
    process = _start(place, slots or os.cpu_count() or 1)
    try:
        _wait(place.control, process)
        yield place.control
    finally:
        process.terminate()
        process.wait()


def _start(place: Layout, slots: int) -> subprocess.Popen[bytes]:
    log = place.var / "log" / "sandbox.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "sandbox.engine", "--var", str(place.var), "--slots", str(slots)]
    with log.open("ab") as sink:
        return subprocess.Popen(
            command,
            cwd=PROJECT,
            stdout=sink,
            stderr=sink,
            stdin=subprocess.DEVNULL,
            preexec_fn=end_with_parent,  # noqa: PLW1509  # one system call, safe between threads
        )


def _wait(control: Path, process: subprocess.Popen[bytes]) -> None:
    """Until one slot is free."""
    deadline = time.monotonic() + START_SECONDS * pace.factor()
    while time.monotonic() < deadline:
        answer = status(control)
        states = [slot["state"] for slot in answer["slots"]] if answer else []
        if "free" in states:
            return
        if process.poll() is not None or (states and set(states) == {"broken"}):
            break
        time.sleep(0.05)
    process.terminate()
    raise SandboxError("the sandbox did not start; see var/log/sandbox.log")
