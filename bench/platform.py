"""The installation that is measured: the one that runs from this folder, or one started for the benchmark's length."""

from __future__ import annotations

import contextlib
import fcntl
import json
import signal
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.errors import NotMeasured
from sandbox import door, start
from sandbox.engine.lifetime import end_with_parent
from sandbox.engine.paths import PROJECT, Layout, layout

TRIAL = "trial.json"
START_SECONDS = 400.0  # its first start on a new state of the sandbox tries attacks on it
END_SECONDS = 40.0  # the runner gives each service eight, one group after the other


@dataclass(frozen=True, slots=True)
class Platform:
    """Where it is, and a learner's account there."""

    url: str
    username: str
    password: str


@contextmanager
def running() -> Iterator[Platform]:
    """A platform with web, Redis, worker and sandbox. NotMeasured when it does not start.

    One that runs already keeps what is submitted; one that is started here has a database of its own.
    """
    place = layout()
    if _is_held(place):
        yield _found(place)
        return
    if door.status(place.control) is not None:
        raise NotMeasured("a sandbox runs from this folder without the rest of the platform; end it, then try again")
    with _started() as platform:
        yield platform


def _is_held(place: Layout) -> bool:
    """Does a runner hold the folder's lock?"""
    place.var.mkdir(exist_ok=True)
    with (place.var / "run.lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return True
    return False


def _found(place: Layout) -> Platform:
    """By whichever list of accounts leads to a server that answers."""
    for name in ("demo.json", TRIAL):
        with contextlib.suppress(OSError):
            platform = _read(place.var / name)
            with urllib.request.urlopen(f"{platform.url}/healthz", timeout=5):
                return platform
    raise NotMeasured("Slipway runs from this folder, but does not answer")


def _read(file: Path) -> Platform:
    content = json.loads(file.read_text())
    learner = next(account for account in content["accounts"] if account["role"] == "learner")
    return Platform(content["url"], learner["username"], learner["password"])


@contextmanager
def _started() -> Iterator[Platform]:
    start.remove(layout().var)  # of a runner that was killed
    (layout().var / TRIAL).unlink(missing_ok=True)
    process = subprocess.Popen(
        [sys.executable, "-m", "config.runner", "--trial"],
        cwd=PROJECT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,  # Ctrl-C reaches the benchmark alone, which then ends the platform in order
        preexec_fn=end_with_parent,  # noqa: PLW1509  # one system call; a killed benchmark leaves nothing behind
    )
    try:
        _until_ready(process)
        yield _read(layout().var / TRIAL)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(END_SECONDS)


def _until_ready(process: subprocess.Popen[str]) -> None:
    """Until labs are open; its output is drained meanwhile, so that it never blocks."""
    assert process.stdout is not None  # asked for with PIPE
    threading.Thread(target=process.stdout.read, name="drain", daemon=True).start()
    deadline = time.monotonic() + START_SECONDS
    while (now := start.read(layout().var)) is None or now.stage != start.OPEN or not (layout().var / TRIAL).exists():
        failed = now is not None and now.stage == start.FAILED
        if failed or process.poll() is not None or time.monotonic() > deadline:
            raise NotMeasured("the platform did not start; see what it printed above")
        time.sleep(0.1)
