"""The life of a submission: QUEUED → RUNNING → GRADED | FAULTED | CANCELLED; back to QUEUED if a worker dies.

Every move is one conditional UPDATE: it names the state it leaves (and the fence, once claimed), and whoever
gets 0 rows came too late and must write nothing. All times are the database's: no machine's clock matters.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, Self
from uuid import UUID

from django.conf import settings
from django.db import models
from django.db.models import Count, F, Q
from django.db.models.functions import Now

from people.models import Membership

if TYPE_CHECKING:
    from labs.models import Run, Submission
    from people.models import User

QUEUED, RUNNING, GRADED, FAULTED, CANCELLED = "queued", "running", "graded", "faulted", "cancelled"
CANDIDATES = 8  # rows tried in one round of a claim; other workers may take the first ones meanwhile


def after(seconds: float) -> Any:
    """The database's now, that many seconds later (earlier when negative)."""
    return Now() + timedelta(seconds=seconds)


class SubmissionQuerySet(models.QuerySet["Submission"]):
    def visible_to(self, user: User) -> Self:
        """A learner's own submissions, and those of the cohorts that one teaches."""
        taught = Membership.objects.filter(user=user, role=Membership.Role.INSTRUCTOR)
        return self.filter(Q(learner=user) | Q(cohort__in=taught.values("cohort")))

    def for_lists(self) -> Self:
        """With the run that counts, without what only a submission's own page shows."""
        heavy = ("files", "progress", "run__facts", "run__log", "run__timings")
        return self.select_related("run").defer(*heavy)

    def attempts(self, learner_id: int, slug: str) -> Self:
        """A learner's submissions to one lab, newest first."""
        return self.filter(learner_id=learner_id, slug=slug).for_lists().order_by("-number")

    def unfinished(self) -> Self:
        return self.filter(state__in=[QUEUED, RUNNING])

    def in_fair_order(self) -> Self:
        """Waiting rows: first the learner with the least work running or lately begun, then the oldest."""
        lately = Q(learner__submissions__state=RUNNING) | Q(
            learner__submissions__claimed_at__gt=after(-settings.FAIRNESS_SECONDS)
        )
        load = Count("learner__submissions", filter=lately)
        return self.filter(state=QUEUED).annotate(load=load).order_by("load", "created_at", "number", "pk")

    def queue_place(self, pk: UUID) -> int | None:
        waiting = list(self.in_fair_order().values_list("pk", flat=True))
        return waiting.index(pk) + 1 if pk in waiting else None

    def claim(self, worker: str) -> Submission | None:
        """Take the fairest waiting row, with a lease and a new fence; None when nothing waits."""
        while candidates := list(self.in_fair_order().values_list("pk", "fence")[:CANDIDATES]):
            for pk, fence in candidates:
                if self._take(pk, fence, worker):
                    return self.select_related("lab_version", "learner").get(pk=pk)
        return None

    def _take(self, pk: UUID, fence: int, worker: str) -> bool:
        return bool(
            self.filter(pk=pk, state=QUEUED, fence=fence).update(
                state=RUNNING,
                fence=F("fence") + 1,
                tries=F("tries") + 1,
                worker=worker,
                claimed_at=Now(),
                lease_until=after(settings.LEASE_SECONDS),
                progress={},
            )
        )

    def held(self, pk: UUID, fence: int) -> Self:
        """The row, while `fence` still holds it. Everything that a worker writes goes through this filter."""
        return self.filter(pk=pk, state=RUNNING, fence=fence)

    def holds(self, pk: UUID, fence: int) -> bool:
        return self.held(pk, fence).exists()

    def extend(self, pk: UUID, fence: int) -> bool:
        """The heartbeat. False: the lease is lost, and the worker must stop."""
        return bool(self.held(pk, fence).update(lease_until=after(settings.LEASE_SECONDS)))

    def report(self, pk: UUID, fence: int, progress: dict[str, Any]) -> bool:
        return bool(self.held(pk, fence).update(progress=progress))

    def finish(self, pk: UUID, fence: int, run: Run) -> bool:
        return bool(
            self.held(pk, fence).update(
                state=GRADED, run=run, counted=run.counted, graded_at=Now(), lease_until=None, fault=""
            )
        )

    def give_back(self, pk: UUID, fence: int, fault: str) -> bool:
        """After the platform failed: wait again, or after the last try FAULTED, which costs no attempt."""
        return self._retire(self.held(pk, fence), fault) > 0

    def expire(self) -> int:
        """Rows whose worker stopped extending its lease go back, like `give_back`. How many moved."""
        return self._retire(self.filter(state=RUNNING, lease_until__lt=Now()), "the worker stopped answering")

    def _retire(self, rows: Self, fault: str) -> int:
        ended = rows.filter(tries__gte=settings.MAX_TRIES).update(
            state=FAULTED, counted=False, graded_at=Now(), lease_until=None, fault=fault
        )
        again = rows.filter(tries__lt=settings.MAX_TRIES)
        return ended + again.update(state=QUEUED, lease_until=None, woken_at=Now(), fault=fault)

    def cancel(self, pk: UUID) -> bool:
        """The learner's own move, until there is a grade. A worker that runs it finds out by its heartbeat."""
        moved = {"state": CANCELLED, "counted": False, "graded_at": Now(), "lease_until": None}
        return bool(self.filter(pk=pk).unfinished().update(**moved))

    def overdue(self) -> Self:
        """Waiting rows whose wake-up call may be lost."""
        return self.filter(state=QUEUED, woken_at__lt=after(-settings.WAKE_AFTER_SECONDS))
