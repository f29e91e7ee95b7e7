from __future__ import annotations

import json
import socketserver
import tempfile
import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any, ClassVar

import pytest
from django.db.models.functions import Now
from pytest_django import Settings

from labs import gate, tasks, work
from labs.models import SandboxProof, Submission
from labs.specs import Lab
from sandbox.errors import SandboxError
from tests import factories

pytestmark = pytest.mark.django_db


def report(fingerprint: str = "a", contained: int = 2, total: int = 2) -> dict[str, Any]:
    return {"fingerprint": fingerprint, "total": total, "contained": contained, "cases": []}


def earlier(fingerprint: str) -> None:
    SandboxProof.objects.filter(fingerprint=fingerprint).update(seen_at=Now() - timedelta(minutes=1))


def test_labs_are_closed_until_something_was_tried() -> None:
    assert gate.why_closed() == gate.UNTRIED
    assert not gate.seen("a")
    assert gate.why_closed() == gate.UNTRIED


def test_labs_open_once_every_attack_was_contained() -> None:
    gate.store(report(), whole=False)
    assert gate.why_closed() == ""
    assert gate.seen("a")


def test_one_attack_that_got_through_closes_them() -> None:
    gate.store(report(contained=1), whole=False)
    assert gate.why_closed() == gate.NOT_CONTAINED
    assert not gate.seen("a")


def test_a_report_on_no_attack_at_all_proves_nothing() -> None:
    gate.store(report(contained=0, total=0), whole=False)
    assert gate.why_closed() == gate.NOT_CONTAINED


def test_another_configuration_is_to_be_proven_anew() -> None:
    gate.store(report("a"), whole=False)
    earlier("a")
    assert not gate.seen("b")
    assert gate.why_closed() == gate.UNTRIED


def test_a_configuration_that_comes_back_is_still_proven() -> None:
    gate.store(report("a"), whole=False)
    gate.store(report("b", contained=1), whole=False)
    earlier("b")
    assert gate.seen("a")
    earlier("b")
    assert gate.why_closed() == ""


def test_a_part_of_the_corpus_proves_nothing() -> None:
    gate.store(report(), whole=False, part=True)
    assert gate.why_closed() == gate.UNTRIED


def test_a_part_of_the_corpus_can_show_that_something_does_not_hold() -> None:
    gate.store(report(), whole=True)
    gate.store(report(contained=1), whole=False, part=True)
    assert gate.why_closed() == gate.NOT_CONTAINED


def test_the_core_does_not_replace_a_report_on_the_whole() -> None:
    gate.store(report(contained=9, total=9), whole=True)
    gate.store(report(), whole=False)
    proof = SandboxProof.objects.get()
    assert (proof.whole, proof.report["total"]) == (True, 9)


class Supervisor(socketserver.StreamRequestHandler):
    fingerprint: ClassVar[str] = "a"

    def handle(self) -> None:
        for line in self.rfile:
            verb = json.loads(line)["verb"]
            answer: dict[str, Any] = {"ok": True}
            if verb == "status":
                answer |= {"slots": [], "fingerprint": self.fingerprint, "recycled_ms": None}
            if verb == "lease":
                place = {"docker": "/d", "stock": "/s", "tree": "/t", "pace": 1.0}
                answer |= {"slot": "slot0", "fingerprint": "a", **place}
            self.wfile.write(json.dumps(answer).encode() + b"\n")


@pytest.fixture
def supervisor(settings: Settings) -> Iterator[type[Supervisor]]:
    with tempfile.TemporaryDirectory(prefix="sup-") as folder:
        settings.SANDBOX_SOCKET = Path(folder) / "control.sock"
        handler = type("Own", (Supervisor,), {"fingerprint": "a"})
        with socketserver.ThreadingUnixStreamServer(str(settings.SANDBOX_SOCKET), handler) as server:
            server.daemon_threads = True
            thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
            thread.start()
            yield handler
            server.shutdown()
            thread.join()


def no_grading(*_: object) -> Any:
    raise AssertionError("nothing may be graded")


def test_a_worker_takes_nothing_on_a_sandbox_that_is_not_proven(supervisor: type[Supervisor], lab: Lab) -> None:
    row = factories.submission(factories.user(), lab)
    assert not work.grade_next(no_grading)
    row.refresh_from_db()
    assert (row.state, row.tries) == (Submission.State.QUEUED, 0)


def test_a_worker_leases_on_a_proven_one(supervisor: type[Supervisor]) -> None:
    gate.store(report("a"), whole=False)
    with work.lease() as slot:
        assert slot.name == "slot0"


def test_a_slot_of_another_sandbox_than_the_proven_one_is_given_back(supervisor: type[Supervisor]) -> None:
    supervisor.fingerprint = "b"
    gate.store(report("b"), whole=False)
    with pytest.raises(SandboxError, match="another sandbox"), work.lease():
        pass


def test_the_reaper_tells_the_web_which_sandbox_runs(supervisor: type[Supervisor]) -> None:
    tasks.reap()
    assert SandboxProof.objects.get().fingerprint == "a"
