"""What engine and browser tests share: the running sandbox, a leased slot, and how to run a plan in it."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from sandbox import door
from sandbox.engine.paths import layout
from sandbox.facts import Outcome
from sandbox.limits import DEFAULT
from sandbox.plan import Experiment, Plan, Request

LEFT_OUT = "left out: no sandbox engine runs here"
APP = b"""
import http.server

class App(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        body = b"hello"
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

http.server.ThreadingHTTPServer(("0.0.0.0", 8080), App).serve_forever()
"""
BASE = "FROM python:3.11-slim\nWORKDIR /app\nCOPY app.py .\n"
RUNS = BASE + 'CMD ["python", "app.py"]\n'
START = Experiment("app", "start", after="image", requests=(Request("/"),))


def control() -> Path:
    return layout().control


def is_there() -> bool:
    return door.status(control()) is not None


@pytest.fixture
def slot() -> Iterator[door.Slot]:
    """A leased slot, recycled afterwards if the test hit a limit."""
    with door.lease(control(), wait=120) as leased:
        yield leased


Tried = Callable[..., Outcome]


@pytest.fixture
def tried(slot: door.Slot) -> Tried:
    """`tried(dockerfile, *experiments, **limits)`: what the sandbox says of it."""

    def run(dockerfile: str, *experiments: Experiment, files: dict[str, bytes] | None = None, **limits: Any) -> Outcome:
        context = {"app.py": APP, **(files or {})}
        plan = Plan("test", context, {"Dockerfile": dockerfile}, (Experiment("image", "build"), *experiments))
        return slot.run(replace(plan, limits=replace(DEFAULT, **limits)), lambda event: None)

    return run


@dataclass(frozen=True, slots=True)
class Platform:
    """The whole of Slipway as `make test` started it."""

    url: str
    passwords: dict[str, str]


@pytest.fixture(scope="session")
def platform() -> Platform:
    found = json.loads(Path(os.environ["SLIPWAY_TRIAL"]).read_text())
    return Platform(found["url"], {a["username"]: a["password"] for a in found["accounts"]})
