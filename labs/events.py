"""Live events: one Redis stream a submission, bounded and expiring. Nothing here is needed for a grade.

Each entry carries the fence of the worker that wrote it, so that a page can discard what a replaced worker
still says. Without Redis nothing is published and reading raises; the rows tell the same, a little later.
"""

from __future__ import annotations

import asyncio
import json
import logging
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from uuid import UUID

import redis
import redis.asyncio
from django.conf import settings
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

logger = logging.getLogger(__name__)
FROM_START = "0"
BATCH = 500  # entries read at once
SILENT_SECONDS = 5.0  # after a failure; a grading must not wait for a dead Redis at every line of its log
_silent_until = 0.0


@dataclass(frozen=True, slots=True)
class Entry:
    """One event as read. `id` orders the entries of a stream, and a page resumes after it."""

    id: str
    fence: int
    event: Mapping[str, Any]


def key(submission_id: UUID | str) -> str:
    return f"slipway:events:{submission_id}"


def publish(submission_id: UUID | str, fence: int, *events: Mapping[str, Any]) -> None:
    """Append events. Never raises, and blocks for at most REDIS_TIMEOUT_SECONDS every SILENT_SECONDS."""
    global _silent_until  # noqa: PLW0603  # one worker process, one connection, one state of it
    if time.monotonic() < _silent_until:
        return
    name = key(submission_id)
    try:
        with _client(settings.REDIS_URL).pipeline(transaction=False) as pipeline:
            for event in events:
                fields: dict[Any, Any] = {"fence": fence, "event": json.dumps(event)}
                pipeline.xadd(name, fields, maxlen=settings.LIVE_EVENTS, approximate=True)
            pipeline.expire(name, settings.LIVE_EVENTS_SECONDS)
            pipeline.execute()
    except (RedisError, OSError) as error:
        _silent_until = time.monotonic() + SILENT_SECONDS
        logger.warning("live events are not sent: %s", error)


@lru_cache(maxsize=4)
def _client(url: str) -> redis.Redis:
    timeout = settings.REDIS_TIMEOUT_SECONDS
    return redis.Redis.from_url(url, socket_timeout=timeout, retry=Retry(NoBackoff(), 0))


class Reader:
    """Reads one submission's stream, for one page: `async with Reader(pk) as reader`."""

    def __init__(self, submission_id: UUID | str) -> None:
        self._key = key(submission_id)
        self._last = FROM_START
        self._redis = redis.asyncio.Redis.from_url(
            settings.REDIS_URL, socket_timeout=None, retry=redis.asyncio.retry.Retry(NoBackoff(), 0)
        )

    async def __aenter__(self) -> Reader:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._redis.aclose()

    async def read(self, wait_seconds: float) -> Sequence[Entry]:
        """Entries after the last one read, as soon as there are any; () after `wait_seconds`.

        RedisError or OSError when Redis does not answer.
        """
        milliseconds = max(1, int(wait_seconds * 1000))
        reading = self._redis.xread({self._key: self._last}, count=BATCH, block=milliseconds)
        answer = await asyncio.wait_for(reading, wait_seconds + settings.REDIS_TIMEOUT_SECONDS)
        entries = [_entry(*raw) for raw in _stream(answer)]
        if entries:
            self._last = entries[-1].id
        return entries


def _stream(answer: Any) -> Sequence[tuple[bytes, Mapping[bytes, bytes]]]:
    """The entries of the only stream asked for: RESP3 answers with a dictionary, RESP2 with pairs."""
    if not answer:
        return ()
    entries = next(iter(answer.values()))[0] if isinstance(answer, dict) else answer[0][1]
    return list(entries)


def _entry(number: bytes, fields: Mapping[bytes, bytes]) -> Entry:
    return Entry(number.decode(), int(fields[b"fence"]), json.loads(fields[b"event"]))
