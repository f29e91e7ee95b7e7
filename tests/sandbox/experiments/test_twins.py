"""On the real engine: two containers of one image, and the end of one of them."""

from __future__ import annotations

import pytest

from sandbox.facts import Stop, Twins
from sandbox.plan import Experiment, Request
from tests.engine import BASE, Tried

pytestmark = pytest.mark.engine
APP = b"""
import http.server, os, signal, sys

class App(http.server.BaseHTTPRequestHandler):
    notes = []

    def do_GET(self):
        self.say("".join(self.notes))

    def do_POST(self):
        self.notes.append(self.rfile.read(int(self.headers["Content-Length"])).decode())
        self.say("saved")

    def say(self, text):
        self.send_response(200)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text.encode())

signal.signal(signal.SIGTERM, lambda *_: os._exit(7))
http.server.ThreadingHTTPServer(("0.0.0.0", 8080), App).serve_forever()
"""
TWINS = Experiment(
    "two",
    "twins",
    after="image",
    ready="/",
    requests=(Request("/", method="POST", body="a note"), Request("/", contains="a note")),
)
STOP = Experiment("end", "stop", after="two")


def ended(tried: Tried, last: str) -> tuple[Twins, Stop]:
    facts = tried(BASE + last + "\n", TWINS, STOP, files={"app.py": APP}).facts
    twins, stop = facts["two"], facts["end"]
    assert isinstance(twins, Twins) and isinstance(stop, Stop)
    return twins, stop


def test_containers_of_one_image_share_nothing_they_write(tried: Tried) -> None:
    twins, stop = ended(tried, 'CMD ["python", "app.py"]')
    assert twins.answered and [exchange.ok for exchange in twins.first] == [True, True]
    assert twins.second is not None and not twins.second.ok and twins.second.status == 200
    assert (stop.signal, stop.exit_code, stop.killed, stop.first_process) == ("SIGTERM", 7, False, "python app.py")


@pytest.mark.parametrize(
    ("last", "signal"),
    [("CMD python app.py; true", "SIGTERM"), ('STOPSIGNAL SIGKILL\nCMD ["python", "app.py"]', "SIGKILL")],
)
def test_a_container_that_only_a_kill_ends_was_killed(tried: Tried, last: str, signal: str) -> None:
    _, stop = ended(tried, last)
    assert stop.killed and stop.signal == signal


def test_a_dead_app_has_no_twins(tried: Tried) -> None:
    facts = tried(BASE + 'CMD ["false"]\n', TWINS, STOP, start_seconds=2.0).facts
    assert facts["two"] == Twins(False) and "end" not in facts
