from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import redis
from celery import current_app
from django.db.models.functions import Now
from kombu import pools
from pytest_django import Settings

from labs import tasks
from labs.models import Submission
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def broker(live_redis: str) -> Iterator[redis.Redis]:
    """The embedded Redis as Celery's broker: what is waiting there can be counted."""
    app: Any = current_app
    before = app.conf.broker_url
    app.conf.broker_url = live_redis.replace("unix://", "redis+socket://").replace("?db=", "?virtual_host=")
    app._after_fork()  # begins with new connection pools, as a forked worker does
    with redis.Redis.from_url(live_redis) as client:
        yield client
    pools.reset()
    app.conf.broker_url = before
    app._after_fork()


def messages(broker: redis.Redis) -> int:
    return broker.llen("celery")


def test_a_wake_up_call_is_a_message_without_arguments(broker: redis.Redis) -> None:
    tasks.wake()
    assert messages(broker) == 1


def test_the_reaper_gives_back_and_wakes(broker: redis.Redis) -> None:
    factories.submission(factories.user())
    Submission.objects.claim("worker")
    Submission.objects.update(lease_until=Now() - timedelta(seconds=1))
    tasks.reap()
    assert Submission.objects.get().state == Submission.State.QUEUED
    assert messages(broker) == 1


def test_the_reaper_calls_again_for_a_row_that_nobody_took(broker: redis.Redis, settings: Settings) -> None:
    factories.submission(factories.user())
    Submission.objects.update(woken_at=Now() - timedelta(seconds=settings.WAKE_AFTER_SECONDS + 1))
    tasks.reap()
    tasks.reap()
    assert messages(broker) == 1


def test_the_reaper_sends_few_calls_however_many_rows_wait(broker: redis.Redis, settings: Settings) -> None:
    alice = factories.user()
    for _ in range(tasks.WAKES + 4):
        factories.submission(alice)
    Submission.objects.update(woken_at=Now() - timedelta(seconds=settings.WAKE_AFTER_SECONDS + 1))
    tasks.reap()
    assert messages(broker) == tasks.WAKES


def test_a_message_without_a_waiting_row_does_nothing(broker: redis.Redis) -> None:
    tasks.grade()
    assert messages(broker) == 0
