"""The script runs here as it does in its container: a process that gets orders and gives answers."""

from __future__ import annotations

import json
import select
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from sandbox.engine.paths import PROJECT

SCRIPT = PROJECT / "sandbox/engine/slot/probe.py"
BODY_BYTES = 64 * 1024  # as the script promises; it stands alone and cannot be imported
NUMBERS = iter(range(10_000))


class App(BaseHTTPRequestHandler):
    """The app under test; paths say how it behaves."""

    seen: list[tuple[str, str, str]]
    ready_at = 0.0

    def do_GET(self) -> None:
        length = int(self.headers.get("Content-Length", 0))
        self.seen.append((self.command, self.path, self.rfile.read(length).decode()))
        if self.path == "/ready" and time.monotonic() < type(self).ready_at:
            self._say(503, b"not yet")
        elif self.path == "/error":
            self._say(500, b"broken")
        elif self.path == "/moved":
            self._say(302, b"", ("Location", "/elsewhere"))
        elif self.path == "/huge":
            self._say(200, b"y" * (4 * BODY_BYTES))
        elif self.path == "/latin":
            self._say(200, b"caf\xe9")
        elif self.path == "/agent":
            self._say(200, str(self.headers).encode())
        else:
            self._say(200, b"hello")

    def do_POST(self) -> None:
        self.do_GET()

    def _say(self, status: int, body: bytes, *headers: tuple[str, str]) -> None:
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        self.end_headers()  # no length: HTTP/1.0, the end of the connection is the end of the answer
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # its signature
        pass


@pytest.fixture
def app() -> Iterator[tuple[int, type[App]]]:
    handler = type("Own", (App,), {"seen": []})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield server.server_port, handler
        finally:
            server.shutdown()
            thread.join()


class Probe:
    """The running script."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self.process = process

    def send(self, **order: Any) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(order).encode() + b"\n")

    def answer(self) -> dict[str, Any]:
        assert self.process.stdout is not None
        assert select.select([self.process.stdout], [], [], 15)[0], "the probe does not answer"
        answer: dict[str, Any] = json.loads(self.process.stdout.readline())
        return answer

    def ask(self, port: int, path: str = "/", **more: Any) -> dict[str, Any]:
        number = next(NUMBERS)
        self.send(id=number, host="127.0.0.1", port=port, path=path, **more)
        answer = self.answer()
        assert answer.pop("id") == number
        return answer


@pytest.fixture(scope="module")
def probe() -> Iterator[Probe]:
    with subprocess.Popen(
        [sys.executable, "-I", "-S", str(SCRIPT)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0
    ) as process:
        try:
            yield Probe(process)
        finally:
            process.kill()


@contextmanager
def speaking(raw: bytes, *, hold: float = 0.0) -> Iterator[int]:
    """A server that answers every connection with these bytes, whatever it is asked."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(20)

        def serve() -> None:
            try:
                while True:
                    connection, _ = listening.accept()
                    with connection:
                        connection.recv(65536)
                        connection.sendall(raw)
                        if hold:
                            connection.settimeout(hold)
                            connection.recv(1)
            except OSError:
                pass  # closed below, or the probe went away

        threading.Thread(target=serve, daemon=True).start()
        yield listening.getsockname()[1]


def without_headers(answer: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in answer.items() if name != "headers"}


def test_headers_are_sent_and_told(probe: Probe, app: tuple[int, type[App]]) -> None:
    sent = probe.ask(app[0], "/agent", headers={"Host": "images:5000", "Authorization": "Basic eA=="})["body"]
    assert sent.count("host: ") == 1 and "host: images:5000" in sent and "authorization: Basic eA==" in sent
    assert probe.ask(app[0], "/moved")["headers"]["location"] == "/elsewhere"


def test_a_good_answer(probe: Probe, app: tuple[int, type[App]]) -> None:
    assert without_headers(probe.ask(app[0])) == {"status": 200, "body": "hello", "error": ""}


def test_method_and_body_are_sent(probe: Probe, app: tuple[int, type[App]]) -> None:
    assert probe.ask(app[0], "/add?x=1", method="POST", body="é\n")["status"] == 200
    assert app[1].seen == [("POST", "/add?x=1", "é\n")]


def test_a_server_error_is_an_answer(probe: Probe, app: tuple[int, type[App]]) -> None:
    assert without_headers(probe.ask(app[0], "/error")) == {"status": 500, "body": "broken", "error": ""}


def test_a_redirect_is_reported_and_not_followed(probe: Probe, app: tuple[int, type[App]]) -> None:
    assert probe.ask(app[0], "/moved")["status"] == 302
    assert [path for _, path, _ in app[1].seen] == ["/moved"]


def test_a_huge_body_is_cut(probe: Probe, app: tuple[int, type[App]]) -> None:
    answer = probe.ask(app[0], "/huge")
    assert (answer["status"], len(answer["body"])) == (200, BODY_BYTES)


def test_bytes_that_are_no_text_are_replaced(probe: Probe, app: tuple[int, type[App]]) -> None:
    assert probe.ask(app[0], "/latin")["body"] == "caf\ufffd"


def test_it_does_not_say_that_it_is_a_probe(probe: Probe, app: tuple[int, type[App]]) -> None:
    assert "probe" not in probe.ask(app[0], "/agent")["body"].lower()


@pytest.mark.parametrize(
    "raw", [b"SSH-2.0-OpenSSH\r\n\r\n", b"", b"HTTP/1.1 abc\r\n\r\n", b"HTTP/1.1 " + b"2" * 9000, b"HTTP/1.1\r\n\r\n"]
)
def test_what_is_not_http_is_said(probe: Probe, raw: bytes) -> None:
    with speaking(raw) as port:
        assert probe.ask(port) == {"status": None, "body": "", "error": "the answer was not HTTP"}


def test_nobody_listening_is_no_answer(probe: Probe) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    answer = probe.ask(port)
    assert answer["status"] is None
    assert "refused" in answer["error"]


def test_an_answer_of_known_length_does_not_wait_for_the_end_of_the_connection(probe: Probe) -> None:
    begun = time.monotonic()
    with speaking(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", hold=4) as port:
        assert probe.ask(port)["body"] == "ok"
    assert time.monotonic() - begun < 2


def test_a_length_of_thousands_of_digits_is_only_a_length(probe: Probe) -> None:
    with speaking(b"HTTP/1.1 200 OK\r\nContent-Length: " + b"9" * 9000 + b"\r\n\r\nok") as port:
        assert probe.ask(port)["status"] == 200


def test_an_app_that_never_answers_is_given_up(probe: Probe) -> None:
    begun = time.monotonic()
    with speaking(b"", hold=4) as port:
        answer = probe.ask(port, "/healthz", seconds=0.3, until_ready=True)
    assert answer["status"] is None
    assert answer["error"]
    assert time.monotonic() - begun < 2


def test_it_waits_until_the_app_is_ready(probe: Probe, app: tuple[int, type[App]]) -> None:
    app[1].ready_at = time.monotonic() + 0.2
    answer = probe.ask(app[0], "/ready", seconds=5, until_ready=True)
    assert without_headers(answer) == {"status": 200, "body": "hello", "error": ""}
    assert len(app[1].seen) > 1


def test_an_app_that_is_never_ready_gets_its_last_answer_reported(probe: Probe, app: tuple[int, type[App]]) -> None:
    app[1].ready_at = time.monotonic() + 60
    assert probe.ask(app[0], "/ready", seconds=6, until_ready=True)["status"] == 503


def test_a_wait_can_be_cancelled_while_other_orders_go_on(probe: Probe, app: tuple[int, type[App]]) -> None:
    app[1].ready_at = time.monotonic() + 60
    waiting, other = next(NUMBERS), next(NUMBERS)
    begun = time.monotonic()
    probe.send(id=waiting, host="127.0.0.1", port=app[0], path="/ready", seconds=30, until_ready=True)
    probe.send(id=other, host="127.0.0.1", port=app[0], path="/")
    assert probe.answer()["id"] == other
    probe.send(cancel=waiting)
    assert probe.answer()["id"] == waiting
    assert time.monotonic() - begun < 5
