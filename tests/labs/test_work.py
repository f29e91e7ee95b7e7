from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta

import pytest
from asgiref.sync import sync_to_async
from celery.exceptions import SoftTimeLimitExceeded
from django.db import connection, connections
from django.db.models.functions import Now
from pytest_django import Settings

from labs import specs, work
from labs.events import Reader
from labs.grading import Grade
from labs.models import CheckResult, Run, Submission
from labs.specs import Lab
from lessons.models import Evidence
from sandbox.door import Slot
from sandbox.errors import LeaseLost, SandboxError
from sandbox.plan import Emit
from tests import factories
from tests.labs.slots import Control, Slots

pytestmark = pytest.mark.django_db(transaction=True)
State = Submission.State


def good(slot: Slot, lab: Lab, files: Mapping[str, str], emit: Emit) -> Grade:
    emit({"type": "phase", "phase": "build"})
    emit({"type": "step", "index": 1, "of": 1, "name": "FROM x", "line": 1, "state": "done", "cached": True})
    return factories.grade()


def only() -> Submission:
    return Submission.objects.get()


def test_a_waiting_row_is_graded(lab: Lab) -> None:
    factories.submission(factories.user(), lab)
    assert work.grade_next(good, Slots())
    row = only()
    assert (row.state, row.fence, row.lease_until) == (State.GRADED, 1, None)
    assert row.run is not None
    assert row.run.passed
    assert [check.check_id for check in row.run.checks.all()] == ["builds", "no-root-process"]
    assert row.run.log_text.startswith("#1 FROM")


def test_nothing_is_leased_when_nothing_waits() -> None:
    slots = Slots()
    assert not work.grade_next(good, slots)
    assert slots.leased == []


def test_without_a_free_slot_the_row_stays_as_it_was(lab: Lab) -> None:
    @contextmanager
    def none_free() -> Iterator[Slot]:
        raise SandboxError("no sandbox slot was free within 20 s")
        yield

    factories.submission(factories.user(), lab)
    assert not work.grade_next(good, none_free)
    assert (only().state, only().tries) == (State.QUEUED, 0)


def test_progress_is_stored_for_pages_without_live_events(lab: Lab, settings: Settings) -> None:
    settings.PROGRESS_SECONDS = 0.0
    factories.submission(factories.user(), lab)
    work.grade_next(good, Slots())
    assert [step["name"] for step in only().progress["steps"]] == ["FROM x"]


@pytest.mark.asyncio
async def test_the_stream_tells_the_whole_life_and_ends(lab: Lab, live_redis: str) -> None:
    row = await sync_to_async(lambda: factories.submission(factories.user(), lab))()
    await sync_to_async(work.grade_next)(good, Slots())
    async with Reader(row.pk) as reader:
        entries = await reader.read(0.1)
    assert [one.event["type"] for one in entries] == ["claimed", "phase", "step", "end"]
    assert {one.fence for one in entries} == {1}


@pytest.mark.parametrize("error", [SandboxError("the engine died"), SoftTimeLimitExceeded(), KeyError("a bug")])
def test_our_failure_gives_the_row_back_and_taints_the_slot(lab: Lab, error: Exception) -> None:
    def fails(slot: Slot, lab: Lab, files: Mapping[str, str], emit: Emit) -> Grade:
        raise error

    slots = Slots()
    factories.submission(factories.user(), lab)
    assert work.grade_next(fails, slots)
    row = only()
    assert (row.state, row.tries, row.run) == (State.QUEUED, 1, None)
    assert type(error).__name__ in row.fault
    assert slots.leased[0].tainted


def test_our_failure_at_every_try_costs_no_attempt(lab: Lab, settings: Settings) -> None:
    def fails(slot: Slot, lab: Lab, files: Mapping[str, str], emit: Emit) -> Grade:
        raise SandboxError("the disk is full")

    factories.submission(factories.user(), lab)
    for _ in range(settings.MAX_TRIES):
        assert work.grade_next(fails, Slots())
    assert (only().state, only().counted) == (State.FAULTED, False)
    assert not work.grade_next(fails, Slots())


def test_a_worker_being_ended_gives_the_row_back(lab: Lab) -> None:
    def ended(slot: Slot, lab: Lab, files: Mapping[str, str], emit: Emit) -> Grade:
        raise SystemExit

    factories.submission(factories.user(), lab)
    with pytest.raises(SystemExit):
        work.grade_next(ended, Slots())
    assert only().state == State.QUEUED


def test_a_lab_that_cannot_be_loaded_is_our_fault(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    factories.submission(factories.user(), lab)
    monkeypatch.setattr(specs, "catalogue", dict)
    assert work.grade_next(good, Slots())
    assert (only().state, only().tries) == (State.QUEUED, 1)


def test_a_heartbeat_keeps_the_lease(lab: Lab, settings: Settings) -> None:
    settings.HEARTBEAT_SECONDS = 0.05

    def slow(slot: Slot, lab: Lab, files: Mapping[str, str], emit: Emit) -> Grade:
        Submission.objects.update(lease_until=Now() - timedelta(seconds=1))
        time.sleep(0.5)
        assert Submission.objects.expire() == 0
        return factories.grade()

    factories.submission(factories.user(), lab)
    work.grade_next(slow, Slots())
    assert only().state == State.GRADED


def test_a_lost_lease_stops_the_work_and_writes_nothing(lab: Lab, settings: Settings) -> None:
    settings.HEARTBEAT_SECONDS = 0.05
    slots = Slots()

    def loses(slot: Slot, lab: Lab, files: Mapping[str, str], emit: Emit) -> Grade:
        Submission.objects.update(state=State.QUEUED)  # as the reaper does
        Submission.objects.claim("another")
        control = slot.control
        assert isinstance(control, Control)
        assert control.closed.wait(5)
        with pytest.raises(LeaseLost):
            emit({"type": "phase", "phase": "build"})
        raise LeaseLost("the sandbox supervisor went away")

    factories.submission(factories.user(), lab)
    work.grade_next(loses, slots)
    row = only()
    assert (row.state, row.worker, row.fence) == (State.RUNNING, "another", 2)
    assert not Run.objects.exists()


def test_a_cancelled_grading_is_stopped_and_stays_cancelled(lab: Lab, settings: Settings) -> None:
    settings.CANCEL_LOOK_SECONDS = 0.05
    slots = Slots()

    def runs(slot: Slot, lab: Lab, files: Mapping[str, str], emit: Emit) -> Grade:
        assert Submission.objects.cancel(only().pk)
        control = slot.control
        assert isinstance(control, Control)
        assert control.closed.wait(5)
        raise LeaseLost("the sandbox supervisor went away")

    factories.submission(factories.user(), lab)
    work.grade_next(runs, slots)
    row = only()
    assert (row.state, row.counted, row.tries) == (State.CANCELLED, False, 1)
    assert not Run.objects.exists()


def test_a_result_that_comes_after_the_lease_was_lost_is_dropped(lab: Lab) -> None:
    def late(slot: Slot, lab: Lab, files: Mapping[str, str], emit: Emit) -> Grade:
        Submission.objects.update(state=State.QUEUED)
        Submission.objects.claim("another")
        return factories.grade()

    factories.submission(factories.user(), lab)
    work.grade_next(late, Slots())
    assert only().worker == "another"
    assert not Run.objects.exists()
    assert not CheckResult.objects.exists()
    assert not Evidence.objects.exists()


def test_workers_at_once_grade_every_row_exactly_once(lab: Lab) -> None:
    for name in ("alice", "bob", "carol"):
        learner = factories.user(name)
        for _ in range(3):
            factories.submission(learner, lab)

    def worker(_: int) -> None:
        try:
            while work.grade_next(good, Slots()):
                pass
        finally:
            connections.close_all()

    with ThreadPoolExecutor(3) as pool:
        list(pool.map(worker, range(3)))
    assert Run.objects.count() == 9
    assert Submission.objects.filter(state=State.GRADED, fence=1).count() == 9


KILLED = """
import os, sys, django
django.setup()
from django.conf import settings
from labs import specs, work
from tests import factories
from tests.labs.slots import Slots
made = factories.lab()
specs.catalogue = lambda: {made.slug: made}
def killed(slot, lab, files, emit):
    print("claimed", flush=True)
    sys.stdin.read()
def after_recording(*_, **__):
    print("recorded", flush=True)
    sys.stdin.read()
if sys.argv[1] == "recorded":
    work.events.publish = after_recording
    killed = lambda *_: factories.grade()
work.grade_next(killed, Slots())
"""


@pytest.mark.parametrize("moment", ["claimed", "recorded"])
def test_a_worker_killed_at_any_moment_leaves_one_graded_result(lab: Lab, moment: str) -> None:
    factories.submission(factories.user(), lab)
    address = f"sqlite:///{connection.settings_dict['NAME']}"
    environment = {**os.environ, "SLIPWAY_DATABASE_URL": address, "DJANGO_SETTINGS_MODULE": "config.settings"}
    with subprocess.Popen(
        [sys.executable, "-c", KILLED, moment],
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as worker:
        assert worker.stdout is not None
        waited = threading.Timer(20, worker.kill)
        waited.start()
        assert worker.stdout.readline().strip() in {b"claimed", b"recorded"}
        waited.cancel()
        worker.send_signal(signal.SIGKILL)
    Submission.objects.filter(state=State.RUNNING).update(lease_until=Now() - timedelta(seconds=1))
    Submission.objects.expire()
    work.grade_next(good, Slots())
    row = only()
    assert (row.state, Run.objects.count()) == (State.GRADED, 1)
    assert CheckResult.objects.count() == 2
