from __future__ import annotations

import json
import os
import shutil
import socketserver
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from sandbox.door import status
from sandbox.engine import own
from sandbox.engine.host import missing
from sandbox.engine.own import supervisor
from sandbox.engine.paths import Layout
from sandbox.errors import SandboxError


class Running(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        for _ in self.rfile:
            answer = {"ok": True, "slots": [], "fingerprint": "f", "recycled_ms": None}
            self.wfile.write(json.dumps(answer).encode() + b"\n")


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Layout]:
    made = Layout(tmp_path / "var")
    made.var.mkdir()
    yield made
    shutil.rmtree(made.runtime, ignore_errors=True)


@pytest.mark.skipif(os.geteuid() != 0, reason="the runtime directory is below /run")
def test_a_supervisor_that_runs_is_used_and_left_running(place: Layout) -> None:
    place.runtime.mkdir()
    with socketserver.ThreadingUnixStreamServer(str(place.control), Running) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            with supervisor(place=place) as control:
                assert control == place.control
            assert status(place.control) is not None
        finally:
            server.shutdown()
            thread.join()
    assert not (place.var / "log").exists()


def test_without_a_set_up_it_says_what_to_run(place: Layout) -> None:
    wanted = missing() or "run `make setup`"
    with pytest.raises(SandboxError, match=wanted[:30]), supervisor(place=place):
        pytest.fail("there is nothing to start")


def test_one_that_ends_at_once_is_a_failure_and_not_waited_for(place: Layout, monkeypatch: pytest.MonkeyPatch) -> None:
    place.golden.parent.mkdir(parents=True)
    place.golden.touch()
    monkeypatch.setattr(own, "missing", lambda: "")
    monkeypatch.setattr(sys, "executable", "/bin/false")
    with pytest.raises(SandboxError, match="did not start"), supervisor(place=place):
        pytest.fail("nothing was started")
    assert (place.var / "log" / "sandbox.log").exists()
