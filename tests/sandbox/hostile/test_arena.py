from __future__ import annotations

import json
import socketserver
import tempfile
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from sandbox.errors import SandboxError
from sandbox.hostile import arena as module
from sandbox.hostile.arena import Arena, Everyday, Neighbour, Used
from sandbox.hostile.canary import planted

NUMBERS = {"processes": 6, "mounts": 34, "free bytes": 1000, "free inodes": 500}


@dataclass
class Supervisor:
    """What a supervisor of one slot says; tests change it as they go."""

    path: Path
    state: str = "free"
    given: int = 0
    numbers: dict[str, int] = field(default_factory=lambda: dict(NUMBERS))

    def answer(self, verb: str) -> dict[str, Any]:
        slots = [{"name": "slot0", "state": self.state, "detail": "", "given": self.given}]
        place = {"docker": "/d", "stock": "/s", "tree": "/t", "fingerprint": "f", "pace": 1.0}
        if verb == "lease":
            self.given += 1
            return {"slot": "slot0", **place}
        known: dict[str, dict[str, Any]] = {
            "status": {"slots": slots, "fingerprint": "f", "pace": 1.0},
            "baseline": {"slots": {"slot0": self.numbers}},
        }
        return known.get(verb, {})


@pytest.fixture
def supervisor() -> Iterator[Supervisor]:
    with tempfile.TemporaryDirectory(prefix="sup-") as folder:
        made = Supervisor(Path(folder) / "control.sock")

        class Handler(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                for line in self.rfile:
                    answer = made.answer(json.loads(line)["verb"])
                    self.wfile.write(json.dumps({"ok": True, **answer}).encode() + b"\n")

        with socketserver.ThreadingUnixStreamServer(str(made.path), Handler) as server:
            server.daemon_threads = True
            thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
            thread.start()
            yield made
            server.shutdown()
            thread.join()


@pytest.fixture
def arena(supervisor: Supervisor, monkeypatch: pytest.MonkeyPatch) -> Iterator[Arena]:
    monkeypatch.setattr(module, "SETTLE_SECONDS", 0.3)
    with planted() as canaries:
        made = Arena(supervisor.path, canaries, lambda values, slot: Everyday("6 of 6", "sha256:x"))
        made.prepare()
        made.case = "build/made"
        yield made


def attack(arena: Arena) -> None:
    with arena.lease(10):
        pass
    arena.settle(wait=True)


def test_a_slot_that_is_as_before_is_no_complaint(arena: Arena) -> None:
    attack(arena)
    assert (arena.late, arena.pending, arena.verdict) == ({}, {}, "6 of 6")


def test_what_an_attack_leaves_is_told_of_that_attack(arena: Arena, supervisor: Supervisor) -> None:
    with arena.lease(10):
        supervisor.numbers = {**NUMBERS, "processes": 7}
    arena.settle(wait=True)
    assert arena.late == {"build/made": ["the slot held 6 processes and holds 7"]}


def test_a_slot_that_does_not_become_free_is_told(arena: Arena, supervisor: Supervisor) -> None:
    with arena.lease(10):
        supervisor.state = "booting"
    arena.settle(wait=True)
    assert arena.late == {"build/made": ["slot0 did not become free again"]}


def test_a_slot_that_comes_back_at_once_is_looked_at_before_it_is_used(arena: Arena, supervisor: Supervisor) -> None:
    with arena.lease(10):
        supervisor.state, supervisor.numbers = "leased", {**NUMBERS, "mounts": 40}
    arena.case = "build/next"
    with arena.lease(10):
        pass
    assert arena.late == {"build/made": ["the slot held 34 mounts and holds 40"]}


def test_what_a_live_submission_leaves_is_not_told_of_an_attack(arena: Arena, supervisor: Supervisor) -> None:
    with arena.lease(10):
        pass
    supervisor.given += 1
    supervisor.numbers = {**NUMBERS, "processes": 9}
    arena.settle(wait=True)
    assert arena.late == {}


def test_it_waits_for_nobody_who_is_not_pending(arena: Arena, supervisor: Supervisor) -> None:
    supervisor.state = "booting"
    arena.settle(wait=True)
    assert arena.late == {}


def test_without_a_free_slot_nothing_can_be_tried(arena: Arena, supervisor: Supervisor) -> None:
    supervisor.state = "broken"
    with pytest.raises(SandboxError, match="no slot became free"):
        arena.prepare()
    assert arena.broken() == ["slot0"]


def test_a_neighbours_verdict_is_compared(arena: Arena) -> None:
    for verdict, told in (("6 of 6", False), ("0 of 6", True)):
        arena.verdict = verdict
        neighbour = Neighbour(arena)
        neighbour.start()
        assert bool(neighbour.complaint()) is told


def test_a_slot_in_use_remembers_how_often_it_was_given(arena: Arena, supervisor: Supervisor) -> None:
    with arena.lease(10):
        pass
    assert arena.pending == {"slot0": Used("build/made", supervisor.given)}
