"""The Celery tasks. A message only says "something may wait"; which row is next, the claim decides.

One message grades one row, because Celery's time limits count per message. A worker that has graded one and
sees more waiting sends the next message itself, so while rows wait and workers live, messages flow.
"""

from __future__ import annotations

import logging

from celery import shared_task
from django.conf import settings
from django.db.models.functions import Now
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

from labs import gate, running, work
from labs.models import Submission

logger = logging.getLogger(__name__)
WAKES = 16  # wake-up calls a round of the reaper: each grades a row and sends the next


def wake() -> None:
    """Tell a worker that a row waits. Never fails: what is not sent now, the reaper sends later."""
    try:
        grade.delay()
    except (OperationalError, RedisError, OSError) as error:
        logger.warning("no wake-up call could be sent: %s", error)


@shared_task
def grade() -> None:
    if work.grade_next(running.grade_in) and work.anything_waits():
        wake()


@shared_task
def reap() -> None:
    """Give back what dead workers held, and call again for rows whose wake-up call may be lost."""
    gate.look(settings.SANDBOX_SOCKET)  # the web cannot ask which sandbox runs; it reads what workers see
    moved = Submission.objects.expire()
    overdue = list(Submission.objects.overdue().values_list("pk", flat=True)[:WAKES])
    Submission.objects.filter(pk__in=overdue).update(woken_at=Now())
    for _ in range(min(WAKES, moved + len(overdue))):
        wake()
