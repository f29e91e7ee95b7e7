"""Tells pages how a grading goes, from a thread of its own: a slow database or Redis slows no grading."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Mapping
from types import TracebackType
from typing import Any, Self
from uuid import UUID

from django.conf import settings
from django.db import DatabaseError, connections

from labs import events
from labs.models import Submission
from labs.progress import empty, reduced

logger = logging.getLogger(__name__)
PAUSE_SECONDS = 0.1  # between batches: a build that floods its log sends ten events a second, not ten thousand
LOG_TEXT = 4000  # characters kept of the log within one batch


class Reporter:
    """`emit` may be called from any thread, and returns at once. Leaving the block sends what is left."""

    def __init__(self, pk: UUID, fence: int) -> None:
        self._pk, self._fence = pk, fence
        self._state = empty(fence)
        self._pending: list[Mapping[str, Any]] = []
        self._lock = threading.Lock()
        self._something, self._closing = threading.Event(), threading.Event()
        self._written = 0.0
        self._thread = threading.Thread(target=self._work, name=f"report {pk}", daemon=True)

    def emit(self, event: Mapping[str, Any]) -> None:
        with self._lock:
            self._pending.append(event)
        self._something.set()

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self._closing.set()
        self._something.set()
        self._thread.join()

    def _work(self) -> None:
        try:
            while not self._closing.is_set():
                self._something.wait()
                self._something.clear()
                self._send()
                self._closing.wait(PAUSE_SECONDS)
            self._send()
        finally:
            connections.close_all()

    def _send(self) -> None:
        with self._lock:
            batch, self._pending = merged(self._pending), []
        if not batch:
            return
        events.publish(self._pk, self._fence, *batch)
        for event in batch:
            self._state = reduced(self._state, self._fence, event)
        if time.monotonic() - self._written >= settings.PROGRESS_SECONDS:
            self._write()

    def _write(self) -> None:
        try:
            Submission.objects.report(self._pk, self._fence, dict(self._state))
        except DatabaseError as error:
            logger.warning("progress was not stored: %s", error)
        self._written = time.monotonic()


def merged(batch: list[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Neighbouring log events of one step become one, of which the end is kept."""
    result: list[Mapping[str, Any]] = []
    for event in batch:
        last = result[-1] if result else {}
        if event.get("type") == last.get("type") == "log" and event.get("step") == last.get("step"):
            text = str(last.get("text", "")) + str(event.get("text", ""))
            result[-1] = {**event, "text": text[-LOG_TEXT:]}
        else:
            result.append(event)
    return result
