"""From a learner's files to a queued row. The row is the job; the message that follows is a wake-up call."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID, uuid5

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


def submit(user: User, lab: Lab, files: Mapping[str, str], form: UUID | None = None) -> Submission | TooManyWaiting:
    """Queue a submission with the learner's next number for this lab, or say why not yet.

    `form` is the key of one rendered form. If that form arrives again with the same texts, as after a double click,
    its submission is returned. One that was cancelled or that the platform failed may be sent again.
    """
    key = uuid5(form, f"{lab.slug} {json.dumps(dict(files), sort_keys=True)}") if form else None
    with transaction.atomic():
        # The learner's row is the lock (on SQLite the whole transaction is one): of two submissions sent at
        # once, the second counts and numbers after the first.
        User.objects.select_for_update().get(pk=user.pk)
        if key and (before := Submission.objects.filter(learner=user, form_key=key).first()):
            if before.state not in {Submission.State.FAULTED, Submission.State.CANCELLED}:
                return before
            Submission.objects.filter(pk=before.pk).update(form_key=None)
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
            form_key=key,
        )
        transaction.on_commit(tasks.wake)
    return submission


def _last_number(user: User, slug: str) -> int:
    numbers = Submission.objects.filter(learner=user, slug=slug).aggregate(last=Max("number"))
    return numbers["last"] or 0
