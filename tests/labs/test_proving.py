from __future__ import annotations

import json
import socketserver
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from labs import proving
from labs.proof import Case, Result
from labs.proving import prove
from sandbox.errors import SandboxError
from tests.labs.tiny import lab


class Supervisor(socketserver.StreamRequestHandler):
    """Knows two slots, one of them broken, and gives none away."""

    def handle(self) -> None:
        while line := self.rfile.readline():
            verb = json.loads(line)["verb"]
            slots = [
                {"name": "a", "state": "free", "detail": ""},
                {"name": "b", "state": "broken", "detail": ""},
            ]
            answer = {"ok": True, "slots": slots} if verb == "status" else {"ok": True, "slot": None}
            self.wfile.write(json.dumps(answer).encode() + b"\n")


@pytest.fixture
def control(tmp_path: Path) -> Iterator[Path]:
    path = tmp_path / "control.sock"
    with socketserver.ThreadingUnixStreamServer(str(path), Supervisor) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}).start()
        yield path
        server.shutdown()


def case(folder: Path, name: str, text: bytes) -> Case:
    (folder / name).mkdir()
    (folder / name / "Dockerfile").write_bytes(text)
    return Case("tiny", "mutant", name, folder / name, frozenset({"builds"}))


def test_files_that_cannot_be_read_are_graded_without_a_slot(tmp_path: Path, control: Path) -> None:
    cases = [case(tmp_path, "a", b""), case(tmp_path, "b", b"\xff")]
    told: list[Result] = []
    results = prove({"tiny": lab()}, cases, control, repeat=2, tell=told.append)
    assert [result.case.name for result in results] == ["a", "b", "a", "b"]
    assert {result.failed for result in results} == {frozenset({"builds"})}
    assert len(told) == 4


def test_a_platform_failure_ends_the_proof(tmp_path: Path, control: Path) -> None:
    cases = [case(tmp_path, "a", b"FROM debian:12-slim\n")]
    with pytest.raises(SandboxError, match="no sandbox slot was free"):
        prove({"tiny": lab()}, cases, control, tell=lambda result: None)


def test_ctrl_c_ends_the_proof_with_what_has_begun(
    tmp_path: Path, control: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, told = threading.Event(), list[Result]()

    def interrupted(*of: object, **how: object) -> None:
        begun.wait()
        raise KeyboardInterrupt

    def tell(result: Result) -> None:
        told.append(result)
        begun.set()

    monkeypatch.setattr(proving, "wait", interrupted)
    with pytest.raises(KeyboardInterrupt):
        proving.prove({"tiny": lab()}, [case(tmp_path, "a", b"")], control, repeat=5000, tell=tell)
    assert 1 <= len(told) < 5000


def test_without_a_supervisor_nothing_is_proven(tmp_path: Path) -> None:
    with pytest.raises(SandboxError, match="does not answer"):
        prove({"tiny": lab()}, [], tmp_path / "none.sock", tell=lambda result: None)


def test_labs_are_tried_side_by_side_each_in_its_own_order(tmp_path: Path, control: Path) -> None:
    labs = {slug: replace(lab(), slug=slug) for slug in ("long", "short")}
    cases = [
        replace(case(tmp_path, f"{slug}{n}", b""), slug=slug)
        for slug, most in (("long", 4), ("short", 2))
        for n in range(most)
    ]
    results = prove(labs, cases, control, tell=lambda result: None)
    assert [result.case.name for result in results] == ["long0", "long1", "short0", "long2", "long3", "short1"]
