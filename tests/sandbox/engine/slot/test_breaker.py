"""The script that breaks apps: its server, and what it would tell the kernel. `test_health` has it break one."""

from __future__ import annotations

import http.client
import importlib.util
import socket
from types import ModuleType

import pytest

from sandbox.engine.paths import PROJECT


def _script() -> ModuleType:
    """It stands alone in its container, so it is loaded from its file."""
    spec = importlib.util.spec_from_file_location("breaker_script", PROJECT / "sandbox/engine/slot/breaker.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


SCRIPT = _script()


@pytest.fixture(scope="module")
def port() -> int:
    return int(SCRIPT.serve())


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "OPTIONS", "BREW"])
def test_every_request_is_answered_with_500(port: int, method: str) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    connection.request(method, "/healthz")
    answer = connection.getresponse()
    assert (answer.status, answer.read()) == (500, b"" if method == "HEAD" else SCRIPT.BODY)
    connection.close()


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        ("refuse", "REJECT"),
        ("hang", "DROP"),
        ("error", "REDIRECT --to-ports 999"),
        ("stall", "REDIRECT --to-ports 998"),
        ("none", ""),
    ],
)
def test_rules_replace_both_tables(fault: str, said: str) -> None:
    text = SCRIPT.rules(fault, 8080, {"error": 999, "stall": 998})
    assert text.count("COMMIT") == 2 and text.startswith("*filter") and "*nat" in text
    assert said in text and ("--dport 8080" in text) == bool(said)


def test_a_stalled_port_takes_connections_and_answers_none() -> None:
    listener = SCRIPT.stall()
    address = ("127.0.0.1", listener.getsockname()[1])
    with listener, socket.create_connection(address, timeout=0.3) as client:
        client.sendall(b"GET / HTTP/1.0\r\n\r\n")
        with pytest.raises(TimeoutError):
            client.recv(1)
