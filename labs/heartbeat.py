"""Keeps a claimed row's lease alive while its worker works, and says so soon when the row is lost or cancelled."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from uuid import UUID

from django.conf import settings
from django.db import DatabaseError, connections

from labs.models import Submission

logger = logging.getLogger(__name__)


@contextmanager
def heartbeat(pk: UUID, fence: int, on_lost: Callable[[], None]) -> Iterator[threading.Event]:
    """Extends the lease every HEARTBEAT_SECONDS and looks at the row every CANCEL_LOOK_SECONDS.

    The event is set, and `on_lost` called, once the row is another worker's or cancelled.
    """
    ended, lost = threading.Event(), threading.Event()

    def beat() -> None:
        try:
            if not _keep(pk, fence, ended):
                lost.set()
                on_lost()
        finally:
            connections.close_all()

    thread = threading.Thread(target=beat, name=f"heartbeat {pk}", daemon=True)
    thread.start()
    try:
        yield lost
    finally:
        ended.set()
        thread.join()


def _keep(pk: UUID, fence: int, ended: threading.Event) -> bool:
    """True when the work ended first; False when the lease is lost, or may be: the database is silent."""
    good = extended = time.monotonic()
    while not ended.wait(min(settings.CANCEL_LOOK_SECONDS, settings.HEARTBEAT_SECONDS)):
        due = time.monotonic() - extended >= settings.HEARTBEAT_SECONDS
        try:
            if not (Submission.objects.extend if due else Submission.objects.holds)(pk, fence):
                return False
            good = time.monotonic()
            extended = good if due else extended
        except DatabaseError as error:
            logger.warning("a heartbeat was not stored: %s", error)
            if time.monotonic() - good >= settings.LEASE_SECONDS:
                return False
    return True
