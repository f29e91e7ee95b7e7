"""Talks to the trusted probe container: orders out, answers back, from several threads at once."""

from __future__ import annotations

import contextlib
import itertools
import json
import socket
import struct
import threading
from collections.abc import Mapping
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any

import docker
from docker.types import LogConfig

from sandbox.errors import SandboxError

# Runs the probe script that the slot's own root holds; the learner's image plays no part in it.
IMAGE = "python:3.11-slim"
SCRIPT = "/usr/lib/slipway/probe.py"
SLACK_SECONDS = 10.0  # beyond what an order allows itself: then the probe itself is broken
MEMORY = "64m"


@dataclass(frozen=True, slots=True)
class Answer:
    status: int | None
    body: str
    error: str
    headers: Mapping[str, str] = field(default_factory=dict)  # of the answer, by their names in lower case


@dataclass(slots=True)
class Probe:
    """The container and the stream to it."""

    container: str
    attached: Any  # as docker-py gives it: a raw reader over `_sock`, with the response it belongs to
    stream: socket.socket = field(init=False)
    reader: threading.Thread = field(init=False)
    _waiting: dict[int, Future[Answer]] = field(default_factory=dict)
    _numbers: itertools.count[int] = field(default_factory=itertools.count)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        self.stream = self.attached._sock  # it forgets it when it is closed
        self.reader = threading.Thread(target=self.read, name="probe", daemon=True)

    def order(self, **fields: Any) -> tuple[int, Future[Answer]]:
        """Send an order; the future holds its answer. Fields as in the probe script."""
        number, future = next(self._numbers), Future[Answer]()
        with self._lock:
            self._waiting[number] = future
            self._send({"id": number, **fields})
        return number, future

    def ask(self, **fields: Any) -> Answer:
        _, future = self.order(**fields)
        try:
            return future.result(float(fields.get("seconds", 5.0)) + SLACK_SECONDS)
        except TimeoutError as error:
            raise SandboxError("the probe did not answer") from error

    def cancel(self, number: int) -> None:
        with self._lock:
            self._send({"cancel": number})

    def close(self) -> None:
        """The stream is ours to end: the container ends with the session's others."""
        with contextlib.suppress(OSError):
            self.stream.shutdown(socket.SHUT_RDWR)
        self.reader.join(SLACK_SECONDS)
        for part in (self.attached._response, self.attached, self.stream):
            with contextlib.suppress(OSError, ValueError):  # each closes what it reads from, in part the same
                part.close()

    def _send(self, order: dict[str, Any]) -> None:
        try:
            self.stream.sendall(json.dumps(order).encode() + b"\n")
        except OSError as error:
            raise SandboxError(f"the probe is gone: {error}") from error

    def read(self) -> None:
        """Deliver answers until the stream ends (runs in a thread of its own)."""
        rest = b""
        try:
            while frame := _frame(self.stream):
                *lines, rest = (rest + frame).split(b"\n")
                for line in lines:
                    self._deliver(json.loads(line))
        except (OSError, ValueError):
            pass  # the stream broke: everyone still waiting is told below
        for future in self._waiting.values():
            if not future.done():
                future.set_exception(SandboxError("the probe ended"))

    def _deliver(self, answer: dict[str, Any]) -> None:
        future = self._waiting.pop(int(answer["id"]), None)
        if future is not None:
            future.set_result(Answer(answer["status"], answer["body"], answer["error"], answer.get("headers", {})))


def _frame(stream: socket.socket) -> bytes:
    """One frame of the engine's multiplexed stream: 8 bytes of header (stream, length), then the payload."""
    header = _exactly(stream, 8)
    return _exactly(stream, struct.unpack(">BxxxL", header)[1]) if header else b""


def _exactly(stream: socket.socket, count: int) -> bytes:
    data = b""
    while len(data) < count:
        piece = stream.recv(count - len(data))
        if not piece:
            return b""
        data += piece
    return data


def start(client: docker.APIClient, network: str) -> Probe:
    """A locked-down container on `network` that waits for orders."""
    return launch(client, SCRIPT, "65534:65534", network_mode=network)


def launch(
    client: docker.APIClient,
    script: str,
    user: str,
    binds: Mapping[str, Any] | None = None,
    *,
    image: str = IMAGE,
    memory: str = MEMORY,
    **host: Any,
) -> Probe:
    """One of our own scripts, of those in the slot's root, in a locked-down container that waits for orders.

    `binds` and `host` are what it gets beyond that. docker.errors.APIError when it does not start.
    """
    config = client.create_host_config(
        read_only=True,
        cap_drop=["ALL"],
        security_opt=["no-new-privileges:true"],
        pids_limit=64,
        mem_limit=memory,
        memswap_limit=memory,
        binds={script: {"bind": "/script.py", "mode": "ro"}, **(binds or {})},
        log_config=LogConfig(type="none"),
        **host,
    )
    container = client.create_container(
        image,
        ["/usr/local/bin/python3", "-I", "-S", "/script.py"],
        user=user,
        stdin_open=True,
        host_config=config,
        entrypoint=[],
        labels={"slipway.probe": "1"},
    )["Id"]
    attached = client.attach_socket(container, params={"stdin": 1, "stdout": 1, "stream": 1})
    attached._sock.settimeout(None)
    probe = Probe(container, attached)
    try:
        client.start(container)
    except docker.errors.APIError:
        probe.reader.start()  # it ends with the stream that `close` ends
        probe.close()
        raise
    probe.reader.start()
    return probe
