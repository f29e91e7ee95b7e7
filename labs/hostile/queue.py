"""Attacks on the queue: on rows of their own, in a transaction that is rolled back."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from datetime import timedelta

from django.conf import settings
from django.db.models.functions import Now
from kombu.exceptions import ContentDisallowed
from kombu.serialization import loads, prepare_accept_content

from labs.hostile import access, storing
from labs.hostile.rows import FILES, Told, bad_grade, expect, own
from labs.hostile.storing import claimed, person
from labs.hostile.submission import corpus_lab
from labs.models import Run, Submission
from labs.moves import CANCELLED, FAULTED, GRADED, QUEUED, RUNNING
from labs.recording import record
from labs.submitting import TooManyWaiting, submit
from sandbox.hostile.arena import Arena
from sandbox.hostile.cases import Case
from sandbox.hostile.oracles import Evidence


def queue(arena: Arena, case: Case) -> Evidence:
    begun = time.monotonic()
    with storing.rolled_back():
        told = SCENARIOS[case.scenario]()
    return Evidence("refused", "; ".join(told), "", time.monotonic() - begun, complaints=tuple(told))


def _claim(row: Submission, worker: str) -> Submission | None:
    return Submission.objects.filter(pk=row.pk).claim(worker)


def _lose(row: Submission) -> None:
    """Its worker stopped beating, and the reaper came by."""
    rows = Submission.objects.filter(pk=row.pk)
    rows.update(lease_until=Now() - timedelta(seconds=1))
    rows.expire()


# One result


def double_claim() -> Told:
    held = claimed(person("learner"), corpus_lab(), FILES)
    return expect(_claim(held, "second") is None, "a row was claimed by two workers at once")


def stale_fence() -> Told:
    """A worker that lost its row comes back and writes everything it has."""
    first = claimed(person("learner"), corpus_lab(), FILES)
    _lose(first)
    second = _claim(first, "second")
    wrote = record(first, bad_grade())
    told = expect(second is not None, "a lost row was not given to another worker")
    told += expect(not wrote, "a worker that had lost its row stored a grade")
    told += expect(not Submission.objects.extend(first.pk, first.fence), "it extended a lease that it had lost")
    told += expect(not Submission.objects.report(first.pk, first.fence, {"log": "x"}), "it wrote progress")
    told += expect(not Submission.objects.give_back(first.pk, first.fence, "x"), "it gave back what it did not hold")
    return told + expect(own(first).state == RUNNING, "the row moved under the worker that holds it")


def finished_replay() -> Told:
    """The message of a finished submission is sent again."""
    held = claimed(person("learner"), corpus_lab(), FILES)
    record(held, bad_grade())
    told = expect(_claim(held, "again") is None, "a finished row was claimed again")
    told += expect(not record(held, bad_grade()), "a finished row got a second grade")
    return told + expect(Run.objects.filter(submission=held).count() == 1, "there is more than one run")


def cancel_while_running() -> Told:
    """Its learner may; the worker that still runs it writes nothing then, and what is graded stays."""
    held = claimed(person("learner"), corpus_lab(), FILES)
    told = expect(Submission.objects.cancel(held.pk), "a running row could not be cancelled")
    told += expect(not record(held, bad_grade()), "a worker stored a grade of what its learner had cancelled")
    told += expect(own(held).state == CANCELLED, "the row is not cancelled any more")
    graded = claimed(person("second"), corpus_lab(), FILES)
    record(graded, bad_grade())
    told += expect(not Submission.objects.cancel(graded.pk), "a finished row was cancelled")
    return told + expect(own(graded).state == GRADED, "the row is not graded any more")


def grade_after_cancel() -> Told:
    held = claimed(person("learner"), corpus_lab(), FILES)
    rows = Submission.objects.filter(pk=held.pk)
    rows.update(state=QUEUED)
    told = expect(Submission.objects.cancel(held.pk), "a waiting row could not be cancelled")
    told += expect(not record(held, bad_grade()), "a cancelled row got a grade")
    return told + expect(own(held).state == CANCELLED, "the row is not cancelled any more")


def poison() -> Told:
    """A submission that ends every worker which takes it."""
    row = claimed(person("learner"), corpus_lab(), FILES)
    for _ in range(settings.MAX_TRIES + 2):
        _lose(row)
        _claim(row, "next")
    told = expect(own(row).state == FAULTED, f"it is {own(row).state} after {settings.MAX_TRIES + 2} workers")
    return told + expect(not own(row).counted, "our own fault cost an attempt")


def forged_message() -> Told:
    """A pickle in the broker, and a message for a task that is not there."""
    accepted = settings.CELERY_ACCEPT_CONTENT
    try:
        loads(b"\x80\x04N.", "application/x-python-serialize", "binary", accept=prepare_accept_content(accepted))
    except ContentDisallowed:
        return expect(accepted == ["json"], "the worker takes more than JSON")
    return ["the worker would load a pickle from the broker"]


# Bounds


def waiting_bound() -> Told:
    learner = person("learner")
    sent = [submit(learner, corpus_lab(), FILES) for _ in range(settings.WAITING_PER_LEARNER + 20)]
    taken = [one for one in sent if not isinstance(one, TooManyWaiting)]
    return expect(len(taken) == settings.WAITING_PER_LEARNER, f"{len(taken)} submissions of one learner wait at once")


def fair_turns() -> Told:
    """One learner fills the queue first; another sends one submission afterwards."""
    greedy, other = person("greedy"), person("other")
    mine = [submit(greedy, corpus_lab(), FILES) for _ in range(settings.WAITING_PER_LEARNER)]
    theirs = submit(other, corpus_lab(), FILES)
    rows = Submission.objects.filter(learner__in=[greedy, other])
    order = [held.pk for _ in range(2) if (held := rows.claim("worker")) is not None]
    first = mine[0]
    assert isinstance(first, Submission) and isinstance(theirs, Submission)  # noqa: PT018, S101  # within the bound
    return expect(order == [first.pk, theirs.pk], "a full queue of one learner kept another one waiting")


SCENARIOS: Mapping[str, Callable[[], Told]] = {
    **access.SCENARIOS,
    **{
        scenario.__name__.replace("_", "-"): scenario
        for scenario in (
            double_claim,
            stale_fence,
            finished_replay,
            cancel_while_running,
            grade_after_cancel,
            poison,
            forged_message,
            waiting_bound,
            fair_turns,
        )
    },
}
