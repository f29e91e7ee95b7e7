"""Live events of one submission: HTML fragments as server-sent events, until the rows are final.

A fragment is the whole state, so a page that comes back after a break needs only the newest one;
Last-Event-ID tells whether it has that already. Without Redis, the row's progress tells the same each second.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from uuid import UUID

from asgiref.sync import sync_to_async
from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.db import connections
from django.http import Http404, HttpRequest, StreamingHttpResponse
from django.template.loader import render_to_string
from django.views.decorators.http import require_safe
from redis.exceptions import RedisError

from labs.events import Entry, Reader
from labs.models import Submission
from labs.pages.live import live
from labs.pages.queue import queue_words
from labs.progress import State, reduced, stored
from people.models import User

BETWEEN_SECONDS = 0.2  # at most five fragments a second; the first one goes at once
LOOK_SECONDS = 2.0  # without an event the row is looked at this often: places in the queue move without one
STREAM_SECONDS = 300.0  # then the browser connects again; no connection is for ever
HINTS = {"claimed", "queued", "end"}  # events after which the row says something new


@require_safe
@login_required
async def events(request: HttpRequest, pk: UUID) -> StreamingHttpResponse:
    user = await request.auser()
    assert isinstance(user, User)  # noqa: S101  # login_required
    if not await sync_to_async(_may_see)(user, pk):
        raise Http404
    stream = Stream(pk, request.headers.get("Last-Event-ID", ""))
    response = StreamingHttpResponse(stream.messages(), content_type="text/event-stream")
    response["Cache-Control"] = "no-store"
    response["X-Accel-Buffering"] = "no"  # a proxy that collects events would make them late
    return response


def _may_see(user: User, pk: UUID) -> bool:
    try:
        return Submission.objects.visible_to(user).filter(pk=pk).exists()
    finally:
        connections.close_all()  # this thread lives as long as the stream, and needs no connection


class Stream:
    """One page's stream."""

    def __init__(self, pk: UUID, resumed_after: str) -> None:
        self._pk = pk
        self._id = ""
        self._seen = resumed_after
        self._sent = ""
        self._state: State = stored({})
        self._row: Submission | None = None
        self._queued = ""

    async def messages(self) -> AsyncIterator[str]:
        yield "retry: 1000\n: live\n\n"
        until = time.monotonic() + STREAM_SECONDS
        async with Reader(self._pk) as reader:
            await self._look()
            wait = 0.01  # what is there already; then the page shows where things stand
            while time.monotonic() < until:
                if self._row is None or self._row.is_final:
                    yield "event: end\ndata: end\n\n"
                    return
                began = time.monotonic()
                await self._next(reader, wait)
                wait = LOOK_SECONDS
                if fragment := self._fragment():
                    yield fragment
                    await asyncio.sleep(BETWEEN_SECONDS)
                elif time.monotonic() - began >= 1.0:
                    yield ": still here\n\n"

    async def _next(self, reader: Reader, wait: float) -> None:
        try:
            entries = await reader.read(wait)
        except (RedisError, OSError):
            await asyncio.sleep(settings.PROGRESS_SECONDS if self._sent else 0)
            await self._look()
            self._state = stored(self._row.progress if self._row else {})
            return
        for entry in entries:
            self._take(entry)
        if not entries or any(entry.event.get("type") in HINTS for entry in entries):
            await self._look()

    def _take(self, entry: Entry) -> None:
        self._state = reduced(self._state, entry.fence, entry.event)
        self._id = entry.id

    async def _look(self) -> None:
        # Not in this request's own thread: its connection would stay open between two looks.
        self._row, self._queued = await sync_to_async(_read, thread_sensitive=False)(self._pk)

    def _fragment(self) -> str:
        """The state as a message, or "" when the page has it."""
        if self._row is None or self._row.is_final:
            return ""
        html = render_to_string("labs/submission.html#live", {"live": live(self._state, self._queued)})
        has_it = html == self._sent or (not self._sent and self._id and self._id == self._seen)
        self._sent = html
        if has_it:
            return ""
        data = "".join(f"data: {line}\n" for line in html.splitlines())
        return (f"id: {self._id}\n" if self._id else "") + f"event: live\n{data}\n"


def _read(pk: UUID) -> tuple[Submission | None, str]:
    try:
        row = Submission.objects.only("pk", "state", "progress").filter(pk=pk).first()
        waits = row is not None and row.state == Submission.State.QUEUED
        return row, queue_words(row) if row is not None and waits else ""
    finally:
        connections.close_all()
