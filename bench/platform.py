"""The installation that is measured: the one that runs from this folder, or one started for the benchmark's length."""

from __future__ import annotations

import fcntl
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager

from bench.errors import NotMeasured
from config.runner import die_with_parent
from sandbox import door
from sandbox.engine.paths import PROJECT, Layout, layout

END_SECONDS = 40.0  # the runner gives each service eight, one group after the other


@contextmanager
def running() -> Iterator[str]:
    """The address of a platform with web, Redis, worker and sandbox. NotMeasured when it does not start."""
    place = layout()
    if _is_held(place):
        yield _address(place)
        return
    if door.status(place.control) is not None:
        raise NotMeasured("a sandbox runs from this folder without the rest of the platform; end it, then try again")
    with _started(place) as url:
        yield url


def _is_held(place: Layout) -> bool:
    """Does a runner hold the folder's lock?"""
    place.var.mkdir(exist_ok=True)
    with (place.var / "run.lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return True
    return False


def _address(place: Layout) -> str:
    try:
        url = str(json.loads((place.var / "demo.json").read_text())["url"])
        with urllib.request.urlopen(f"{url}/healthz", timeout=5):
            return url
    except OSError as error:
        raise NotMeasured(f"Slipway runs from this folder, but does not answer: {error}") from error


@contextmanager
def _started(place: Layout) -> Iterator[str]:
    port = os.environ.get("SLIPWAY_PORT") or str(_free_port())
    process = subprocess.Popen(
        [sys.executable, "-m", "config.runner"],
        cwd=PROJECT,
        env={**os.environ, "SLIPWAY_PORT": port},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,  # Ctrl-C reaches the benchmark alone, which then ends the platform in order
        preexec_fn=die_with_parent,  # noqa: PLW1509  # one system call; a killed benchmark leaves nothing behind
    )
    try:
        yield _welcome(process)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(END_SECONDS)


def _welcome(process: subprocess.Popen[str]) -> str:
    """Read until the runner has said where it is and everything is proven; then drain, so that it never blocks."""
    assert process.stdout is not None  # asked for with PIPE
    url = ""
    for line in process.stdout:
        if line.strip().startswith("Slipway is at "):
            url = line.strip().removeprefix("Slipway is at ")
            break
    if not url:
        raise NotMeasured("the platform did not start; what it said stands above")
    threading.Thread(target=process.stdout.read, name="drain", daemon=True).start()
    return url


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
