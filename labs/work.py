"""The whole life of one grading: a slot, a claim, the experiments under a heartbeat, the rows.

The slot is leased first, so a row is claimed only when it can be graded at once; until then it stays queued.
A worker that dies gives the slot back by dying and the row when its lease runs out. What fails here is ours.
"""

from __future__ import annotations

import logging
import os
import socket
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from typing import Any

from django.conf import settings

from labs import events, gate
from labs.grading import Grade
from labs.heartbeat import heartbeat
from labs.models import Submission
from labs.moves import QUEUED
from labs.publishing import lab_of
from labs.recording import record
from labs.reporting import Reporter
from labs.specs import Lab
from sandbox import door
from sandbox.door import Slot
from sandbox.errors import LeaseLost, SandboxError
from sandbox.plan import Emit

logger = logging.getLogger(__name__)
GradeIn = Callable[[Slot, Lab, Mapping[str, str], Emit], Grade]
Lease = Callable[[], AbstractContextManager[Slot]]


def anything_waits() -> bool:
    return Submission.objects.filter(state=QUEUED).exists()


@contextmanager
def lease() -> Iterator[Slot]:
    """A slot of a sandbox that is proven as it runs now. SandboxError: it is not, or none is free."""
    status = door.status(settings.SANDBOX_SOCKET)
    if status is not None and not gate.seen(str(status["fingerprint"])):
        raise SandboxError("attacks on this sandbox were not tried, or not contained: manage.py sandbox test")
    with door.lease(settings.SANDBOX_SOCKET, wait=settings.SANDBOX_WAIT_SECONDS) as slot:
        if status is None or slot.fingerprint != status["fingerprint"]:
            raise SandboxError("another sandbox answers than the one that was asked for its proof")
        yield slot


def grade_next(grade_in: GradeIn, lease: Lease = lease) -> bool:
    """Grade the fairest waiting row. False: nothing waits, or no slot was free; no row has changed then."""
    if not anything_waits():
        return False  # a wake-up call too many must not cost a slot
    try:
        with lease() as slot:
            submission = Submission.objects.claim(f"{socket.gethostname()}:{os.getpid()}")
            if submission is not None:
                _grade(submission, slot, grade_in)
            return submission is not None
    except SandboxError as error:
        logger.warning("no submission was taken: %s", error)
        return False


def _grade(submission: Submission, slot: Slot, grade_in: GradeIn) -> None:
    """Ends with exactly one move of the row, or none when another worker holds it by now."""
    pk, fence = submission.pk, submission.fence
    try:
        moved, now = _measured(submission, slot, grade_in), "end"
    except BaseException as error:
        slot.tainted = True  # whatever stopped the work may have left something behind
        moved, now = Submission.objects.give_back(pk, fence, f"{type(error).__name__}: {error}"), "queued"
        logger.exception("%s: the platform failed", pk)
        if not isinstance(error, Exception):
            raise  # the process is being ended
    if moved:
        events.publish(pk, fence, {"type": now})
    else:
        logger.warning("%s: the lease was lost, so nothing was written", pk)


def _measured(submission: Submission, slot: Slot, grade_in: GradeIn) -> bool:
    """Run the experiments and store the grade. False when the row was lost."""
    pk, fence = submission.pk, submission.fence
    lab = lab_of(submission.lab_version)
    # Closing the connection ends the slot's lease: the supervisor kills what runs there, `grade_in` fails.
    with Reporter(pk, fence) as reporter, heartbeat(pk, fence, on_lost=slot.control.close) as lost:

        def emit(event: Mapping[str, Any]) -> None:
            if lost.is_set():
                raise LeaseLost("another worker may hold this submission by now")
            reporter.emit(event)

        emit({"type": "claimed"})
        grade = grade_in(slot, lab, submission.files, emit)
    return record(submission, grade)
