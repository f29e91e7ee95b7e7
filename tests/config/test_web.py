"""The real web server in its processes: it answers, replaces who dies, and ends with what it started."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from config.runner import answers
from sandbox.engine.paths import PROJECT

PATIENCE = 60.0


class Web:
    def __init__(self, var: Path, processes: int) -> None:
        with socket.socket() as listener:
            listener.bind(("127.0.0.1", 0))
            self.port = int(listener.getsockname()[1])
        (var / "db").mkdir()
        environment = {**os.environ, "SLIPWAY_VAR": str(var), "SLIPWAY_WEB_PROCESSES": str(processes)}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "config.web", "--port", str(self.port)],
            cwd=PROJECT,
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def until(self, what: str) -> None:
        deadline = time.monotonic() + PATIENCE
        while not (answers("127.0.0.1", self.port) if what == "answers" else len(self.children()) == int(what)):
            assert time.monotonic() < deadline, what
            assert self.process.poll() is None
            time.sleep(0.05)

    def children(self) -> list[int]:
        return [
            int(pid) for pid in Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        ]


@pytest.fixture
def web(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Web]:
    started = Web(tmp_path, request.param)
    started.until("answers")
    yield started
    started.process.kill()
    started.process.wait()


def is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


@pytest.mark.parametrize("web", [2], indirect=True)
def test_a_process_that_dies_is_replaced_and_all_end_together(web: Web) -> None:
    web.until("2")
    first = web.children()
    os.kill(first[0], signal.SIGKILL)
    web.until("2")
    deadline = time.monotonic() + PATIENCE
    while set(web.children()) == set(first):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    web.until("answers")
    children = web.children()
    web.process.send_signal(signal.SIGTERM)
    assert web.process.wait(10) == 0
    assert not any(map(is_alive, children))


@pytest.mark.parametrize("web", [2], indirect=True)
def test_nobody_outlives_a_watcher_that_is_killed(web: Web) -> None:
    web.until("2")
    children = web.children()
    web.process.kill()
    web.process.wait()
    deadline = time.monotonic() + 5
    while any(map(is_alive, children)):
        assert time.monotonic() < deadline
        time.sleep(0.05)


@pytest.mark.parametrize("web", [1], indirect=True)
def test_one_process_needs_no_watcher(web: Web) -> None:
    assert web.children() == []
    web.process.send_signal(signal.SIGTERM)
    assert web.process.wait(10) in {0, -signal.SIGTERM}
