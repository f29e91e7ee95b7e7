"""From a learner's files to a queued row. The row is the job; the message that follows is a wake-up call."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction
from django.db.models import Max

from labs import tasks
from labs.models import Submission
from labs.publishing import publish
from labs.specs import Lab
from people.models import Cohort, User


@dataclass(frozen=True, slots=True)
class TooManyWaiting:
    """The learner's unfinished submissions have reached the bound."""

    waiting: int


def submit(user: User, lab: Lab, files: Mapping[str, str]) -> Submission | TooManyWaiting:
    """Queue a submission with the learner's next number for this lab, or say why not yet."""
    with transaction.atomic():
        # The learner's row is the lock (on SQLite the whole transaction is one): of two submissions sent at
        # once, the second counts and numbers after the first.
        User.objects.select_for_update().get(pk=user.pk)
        waiting = Submission.objects.filter(learner=user).unfinished().count()
        if waiting >= settings.WAITING_PER_LEARNER:
            return TooManyWaiting(waiting)
        submission = Submission.objects.create(
            learner=user,
            cohort=Cohort.objects.of_learner(user),
            lab_version=publish(lab),
            slug=lab.slug,
            files=dict(files),
            number=_last_number(user, lab.slug) + 1,
        )
        transaction.on_commit(tasks.wake)
    return submission


def _last_number(user: User, slug: str) -> int:
    numbers = Submission.objects.filter(learner=user, slug=slug).aggregate(last=Max("number"))
    return numbers["last"] or 0
