from __future__ import annotations

import threading
import uuid
from collections.abc import Callable

import pytest
from django.db import OperationalError
from pytest_django import Settings

from labs import heartbeat
from labs.models import Submission
from labs.moves import SubmissionQuerySet

EVER = 30.0  # what is waited for comes within a fraction of a second


@pytest.fixture(autouse=True)
def quick(settings: Settings) -> None:
    settings.CANCEL_LOOK_SECONDS, settings.HEARTBEAT_SECONDS, settings.LEASE_SECONDS = 0.01, 0.02, 0.1


def lost_after(monkeypatch: pytest.MonkeyPatch, answer: Callable[..., bool]) -> bool:
    """Whether the work is stopped when the database says so at each look."""
    monkeypatch.setattr(SubmissionQuerySet, "extend", answer)
    monkeypatch.setattr(SubmissionQuerySet, "holds", answer)
    stopped = threading.Event()
    with heartbeat.heartbeat(uuid.uuid4(), 1, stopped.set) as lost:
        stopped.wait(EVER)
        return lost.is_set()


def test_a_row_that_is_another_workers_stops_the_work(monkeypatch: pytest.MonkeyPatch) -> None:
    assert lost_after(monkeypatch, lambda *_: False)


def test_a_database_that_is_silent_for_a_whole_lease_stops_the_work(monkeypatch: pytest.MonkeyPatch) -> None:
    """Another worker may have the row by then."""

    def silent(*_: object) -> bool:
        raise OperationalError("no answer")

    assert lost_after(monkeypatch, silent)


def test_a_database_that_stumbles_once_does_not(monkeypatch: pytest.MonkeyPatch) -> None:
    looks = 0

    def stumbling(*_: object) -> bool:
        nonlocal looks
        looks += 1
        if looks == 2:
            raise OperationalError("once")
        if looks == 8:
            seen.set()
        return True

    seen = threading.Event()
    monkeypatch.setattr(SubmissionQuerySet, "extend", stumbling)
    monkeypatch.setattr(SubmissionQuerySet, "holds", stumbling)
    with heartbeat.heartbeat(uuid.uuid4(), 1, lambda: None) as lost:
        assert seen.wait(EVER)
        assert not lost.is_set()


@pytest.mark.django_db
def test_the_names_that_are_replaced_here_exist() -> None:
    assert {"extend", "holds"} <= set(dir(Submission.objects))
