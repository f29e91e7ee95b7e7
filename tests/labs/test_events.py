from __future__ import annotations

import asyncio
import socket
import time
import uuid

import pytest
import redis
from pytest_django import Settings
from redis.exceptions import RedisError

from labs import events
from labs.events import Reader, publish

PK = uuid.UUID(int=7)


@pytest.mark.asyncio
async def test_events_are_read_in_order_with_their_fence(live_redis: str) -> None:
    publish(PK, 2, {"type": "claimed"}, {"type": "phase", "phase": "build"})
    async with Reader(PK) as reader:
        entries = await reader.read(0.01)
    assert [(one.fence, one.event["type"]) for one in entries] == [(2, "claimed"), (2, "phase")]
    assert entries[0].id < entries[1].id


@pytest.mark.asyncio
async def test_a_reader_goes_on_after_what_it_read(live_redis: str) -> None:
    async with Reader(PK) as reader:
        assert list(await reader.read(0.01)) == []
        publish(PK, 1, {"type": "claimed"})
        assert len(await reader.read(0.01)) == 1
        publish(PK, 1, {"type": "end"})
        assert [one.event["type"] for one in await reader.read(0.01)] == ["end"]


@pytest.mark.asyncio
async def test_a_waiting_reader_gets_an_event_at_once(live_redis: str) -> None:

    async with Reader(PK) as reader:
        waiting = asyncio.create_task(reader.read(600))
        await asyncio.sleep(0.1)
        await asyncio.to_thread(publish, PK, 1, {"type": "claimed"})
        async with asyncio.timeout(10):
            assert len(await waiting) == 1


def test_a_stream_is_bounded_and_expires(live_redis: str, settings: Settings) -> None:
    settings.LIVE_EVENTS = 100
    for _ in range(10):
        publish(PK, 1, *({"type": "log", "text": "x"} for _ in range(100)))
    with redis.Redis.from_url(live_redis) as client:
        assert client.xlen(events.key(PK)) < 300  # whole nodes of the stream are dropped
        assert 0 < int(client.ttl(events.key(PK))) <= settings.LIVE_EVENTS_SECONDS


def test_without_redis_nothing_is_raised_and_little_time_is_lost(settings: Settings) -> None:
    begun = time.monotonic()
    for _ in range(100):
        publish(PK, 1, {"type": "log", "text": "x"})
    assert time.monotonic() - begun < settings.REDIS_TIMEOUT_SECONDS


def test_a_redis_that_is_silent_is_waited_for_only_once(settings: Settings) -> None:

    settings.REDIS_TIMEOUT_SECONDS = 0.3
    with socket.create_server(("127.0.0.1", 0)) as silent:
        settings.REDIS_URL = f"redis://127.0.0.1:{silent.getsockname()[1]}/0"
        begun = time.monotonic()
        for _ in range(100):
            publish(PK, 1, {"type": "log", "text": "x"})
        assert time.monotonic() - begun < 15  # waiting at each would take 30 s


@pytest.mark.asyncio
async def test_reading_without_redis_says_so() -> None:
    async with Reader(PK) as reader:
        with pytest.raises((RedisError, OSError)):
            await reader.read(0.01)
