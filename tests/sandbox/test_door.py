from __future__ import annotations

import contextlib
import json
import shutil
import socket
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sandbox.door import Control, lease, status
from sandbox.errors import LeaseLost, SandboxError

SLOT = {
    "slot": "slot0",
    "docker": "/run/x/docker.sock",
    "stock": "/v/stock.json",
    "tree": "/v/tree",
    "pace": 2.0,
    "fingerprint": "f",
}


class Supervisor:
    """Answers one line after the other with what `answers` holds for its verb; "" breaks the connection off."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.answers: dict[str, Any] = {"release": {"ok": True}}
        self.asked: list[dict[str, Any]] = []
        self.ended = threading.Semaphore(0)  # once a connection
        self.listening = socket.socket(socket.AF_UNIX)
        self.listening.bind(str(path))
        self.listening.listen()
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self.listening.accept()
            except OSError:
                return  # closed by the fixture
            threading.Thread(target=self._connection, args=(connection,), daemon=True).start()

    def _connection(self, connection: socket.socket) -> None:
        with contextlib.suppress(OSError):  # the client went away, which some tests want
            self._answer(connection)
        self.ended.release()

    def _answer(self, connection: socket.socket) -> None:
        with connection, connection.makefile("rwb") as stream:
            for line in stream:
                ask = json.loads(line)
                self.asked.append(ask)
                answer = self.answers.get(ask["verb"], {"ok": False, "error": "no such verb"})
                if answer is None:
                    continue  # silence
                if answer == "":
                    break
                stream.write(json.dumps(answer).encode() + b"\n")
                stream.flush()


@pytest.fixture
def supervisor() -> Iterator[Supervisor]:
    folder = tempfile.mkdtemp(prefix="door-")  # a socket's path may hold 107 bytes
    made = Supervisor(Path(folder) / "control.sock")
    yield made
    made.listening.close()
    shutil.rmtree(folder)


def verbs(supervisor: Supervisor) -> list[str]:
    return [ask["verb"] for ask in supervisor.asked]


def test_a_lease_is_taken_used_and_given_back(supervisor: Supervisor) -> None:
    supervisor.answers["lease"] = {"ok": True, **SLOT}
    with lease(supervisor.path, wait=5) as slot:
        assert (slot.name, slot.docker, slot.tree, slot.tainted) == ("slot0", SLOT["docker"], Path("/v/tree"), False)
    assert supervisor.ended.acquire(timeout=5)
    assert supervisor.asked == [{"verb": "lease", "wait": 5}, {"verb": "release", "tainted": False}]


def test_a_slot_that_an_exception_leaves_is_tainted(supervisor: Supervisor) -> None:
    supervisor.answers["lease"] = {"ok": True, **SLOT}
    with pytest.raises(KeyError), lease(supervisor.path):
        raise KeyError("work went wrong")
    assert supervisor.asked[-1] == {"verb": "release", "tainted": True}


def test_a_slot_that_was_marked_is_given_back_as_tainted(supervisor: Supervisor) -> None:
    supervisor.answers["lease"] = {"ok": True, **SLOT}
    with lease(supervisor.path) as slot:
        slot.tainted = True
    assert supervisor.asked[-1] == {"verb": "release", "tainted": True}


def test_no_slot_in_time_is_the_platforms_failure(supervisor: Supervisor) -> None:
    supervisor.answers["lease"] = {"ok": True, "slot": None}
    with pytest.raises(SandboxError, match="free within 2 s"), lease(supervisor.path, wait=2):
        pytest.fail("there is no slot to work in")
    assert supervisor.ended.acquire(timeout=5)
    assert verbs(supervisor) == ["lease"]


def test_a_supervisor_that_goes_away_while_asked_loses_the_lease(supervisor: Supervisor) -> None:
    supervisor.answers |= {"lease": {"ok": True, **SLOT}, "counters": ""}
    with pytest.raises(LeaseLost), lease(supervisor.path) as slot:
        slot.control.ask("counters")


def test_a_supervisor_that_is_silent_loses_the_lease(supervisor: Supervisor) -> None:
    supervisor.answers |= {"lease": {"ok": True, **SLOT}, "counters": None}
    with pytest.raises(LeaseLost), lease(supervisor.path) as slot:
        slot.control.ask("counters", timeout=0.1)


def test_a_late_answer_is_not_taken_for_the_next_ones(supervisor: Supervisor) -> None:
    supervisor.answers["counters"] = None
    control = Control(supervisor.path, 5)
    with pytest.raises(LeaseLost):
        control.ask("counters", timeout=0.1)
    supervisor.answers["counters"] = {"ok": True, "n": 1}
    with pytest.raises(LeaseLost):
        control.ask("counters", timeout=1)
    control.close()


def test_a_lost_release_is_no_failure_of_the_work(supervisor: Supervisor) -> None:
    supervisor.answers |= {"lease": {"ok": True, **SLOT}, "release": ""}
    with lease(supervisor.path):
        pass


def test_a_lease_that_another_thread_closed_fails_as_a_lost_one(supervisor: Supervisor) -> None:
    """As a cancelled submission's does: what the work then asks, and giving back, is no failure of another kind."""
    supervisor.answers["lease"] = {"ok": True, **SLOT}

    def work() -> None:
        with lease(supervisor.path) as slot:
            slot.control.close()
            slot.control.ask("counters")

    with pytest.raises(LeaseLost):
        work()


def test_what_is_refused_is_said_and_the_lease_lives_on(supervisor: Supervisor) -> None:
    supervisor.answers |= {"lease": {"ok": True, **SLOT}, "bound": {"ok": False, "error": "too much"}}
    with lease(supervisor.path) as slot:
        with pytest.raises(SandboxError, match="bound: too much"):
            slot.control.ask("bound", memory_mb=10**9)
        slot.control.ask("release")


def test_closing_ends_a_question_that_waits_in_another_thread(supervisor: Supervisor) -> None:
    supervisor.answers["lease"] = None
    control = Control(supervisor.path, 5)
    failures: list[BaseException] = []

    def wait() -> None:
        try:
            control.ask("lease", timeout=30)
        except SandboxError as error:
            failures.append(error)

    thread = threading.Thread(target=wait)
    thread.start()
    while not supervisor.asked:
        thread.join(0.01)
    control.close()
    thread.join(5)
    assert [type(error) for error in failures] == [LeaseLost]


def test_questions_of_several_threads_get_their_own_answers(supervisor: Supervisor) -> None:
    supervisor.answers |= {f"v{n}": {"ok": True, "n": n} for n in range(8)}
    control = Control(supervisor.path, 5)
    wrong: list[int] = []

    def ask(number: int) -> None:
        wrong.extend(number for _ in range(20) if control.ask(f"v{number}")["n"] != number)

    threads = [threading.Thread(target=ask, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    control.close()
    assert wrong == []
    assert len(supervisor.asked) == 160


def test_status_is_the_supervisors_answer(supervisor: Supervisor) -> None:
    supervisor.answers["status"] = {"ok": True, "slots": [], "fingerprint": "f", "recycled_ms": None}
    assert status(supervisor.path) == {"slots": [], "fingerprint": "f", "recycled_ms": None}


@pytest.mark.parametrize("answer", ["", {"ok": False, "error": "no"}])
def test_status_is_nothing_where_nothing_sensible_is_said(supervisor: Supervisor, answer: Any) -> None:
    supervisor.answers["status"] = answer
    assert status(supervisor.path) is None


def test_nobody_at_the_socket(tmp_path: Path) -> None:
    assert status(tmp_path / "none.sock") is None
    with pytest.raises(SandboxError, match="does not answer"), lease(tmp_path / "none.sock"):
        pytest.fail("there is no slot to work in")
