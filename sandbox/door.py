"""The way into the sandbox: lease a slot from the supervisor, run a plan in it, give it back.

    with lease(control) as slot:
        outcome = slot.run(plan, emit)

A lease lives as long as its connection, so a worker that dies gives its slot back, and it is recycled.
"""

from __future__ import annotations

import contextlib
import json
import socket
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sandbox.errors import LeaseLost, SandboxError
from sandbox.facts import Outcome
from sandbox.plan import Emit, Plan

ANSWER_SECONDS = 30.0  # the longest question walks an image's files
STATUS_SECONDS = 3.0


class Control:
    """One connection to the supervisor; questions from several threads go one after another.

    `pace`: how many times slower than usual this machine is, so that answers may take that much longer.
    """

    def __init__(self, path: Path, timeout: float | None) -> None:
        self.pace = 1.0
        self._lock = threading.Lock()
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._socket.settimeout(timeout)
        try:
            self._socket.connect(str(path))
        except OSError as error:
            self._socket.close()
            raise SandboxError(f"the sandbox supervisor does not answer: {error}") from error
        self._stream = self._socket.makefile("rwb")

    def ask(self, verb: str, *, timeout: float | None = ANSWER_SECONDS, **fields: Any) -> dict[str, Any]:
        """The supervisor's answer. SandboxError when it refuses, LeaseLost when it is gone."""
        with self._lock:
            try:
                self._socket.settimeout(None if timeout is None else timeout * self.pace)
                self._stream.write(json.dumps({"verb": verb, **fields}).encode() + b"\n")
                self._stream.flush()
                line = self._stream.readline()
            except (OSError, ValueError) as error:
                raise LeaseLost(f"the sandbox supervisor went away: {error}") from error
        if not line:
            raise LeaseLost("the sandbox supervisor went away")
        answer: dict[str, Any] = json.loads(line)
        if not answer.pop("ok"):
            raise SandboxError(f"{verb}: {answer['error']}")
        return answer

    def say(self, line: bytes) -> dict[str, Any]:
        """The answer to any line at all, as it comes; {} when the supervisor ended the connection instead."""
        with self._lock:
            try:
                self._stream.write(line + b"\n")
                self._stream.flush()
                answer: dict[str, Any] = json.loads(self._stream.readline() or b"{}")
            except (OSError, ValueError):
                return {}
        return answer

    def close(self) -> None:
        """Ends the lease. A question still waiting in another thread fails with LeaseLost."""
        with contextlib.suppress(OSError):  # already gone
            self._socket.shutdown(socket.SHUT_RDWR)
        with contextlib.suppress(OSError):  # a question that could not be sent is still in its buffer
            self._stream.close()
        self._socket.close()


@dataclass(slots=True)
class Slot:
    """A leased slot. `tainted`: it needs more than cleaning (a limit hit, a kill, an engine error)."""

    control: Control
    name: str
    docker: str  # path of the engine's socket
    stock: Path
    tree: Path
    fingerprint: str
    pace: float = 1.0  # how many times slower than usual this machine is
    tainted: bool = field(default=False)

    def run(self, plan: Plan, emit: Emit) -> Outcome:
        """Run the plan's experiments. SandboxError when the platform fails; nothing else is raised."""
        from sandbox.session import run_plan  # noqa: PLC0415  # docker-py takes 0.2 s: only who runs a plan pays

        return run_plan(self, plan, emit)


@contextmanager
def lease(control: Path, *, wait: float | None = None) -> Iterator[Slot]:
    """A slot of one's own. SandboxError when no supervisor answers or none is free within `wait` seconds."""
    connection = Control(control, ANSWER_SECONDS)
    try:
        given = connection.ask("lease", timeout=None, wait=wait)
        if given["slot"] is None:
            raise SandboxError(f"no sandbox slot was free within {wait:.0f} s")
        connection.pace = given["pace"]
        slot = Slot(
            connection,
            given["slot"],
            given["docker"],
            Path(given["stock"]),
            Path(given["tree"]),
            given["fingerprint"],
            given["pace"],
        )
        try:
            yield slot
        except BaseException:
            slot.tainted = True
            raise
        finally:
            _release(connection, tainted=slot.tainted)
    finally:
        connection.close()


def _release(connection: Control, *, tainted: bool) -> None:
    with contextlib.suppress(SandboxError):  # gone already: the supervisor recycles what was not released in order
        connection.ask("release", tainted=tainted)


def status(control: Path, seconds: float = STATUS_SECONDS) -> Mapping[str, Any] | None:
    """{"slots": [{"name", "state", "detail", "given"}], "fingerprint", "pace", "recycled_ms"}; None: nobody answers."""
    try:
        connection = Control(control, seconds)
    except SandboxError:
        return None
    try:
        return connection.ask("status", timeout=seconds)
    except SandboxError:
        return None
    finally:
        connection.close()
