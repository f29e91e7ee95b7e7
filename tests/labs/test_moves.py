from __future__ import annotations

from datetime import timedelta

import pytest
from django.db.models.functions import Now
from django.utils import timezone
from pytest_django import Settings

from labs.models import Run, Submission
from labs.specs import Lab
from tests import factories

pytestmark = pytest.mark.django_db
State = Submission.State


def claim() -> Submission:
    claimed = Submission.objects.claim("worker")
    assert claimed is not None
    return claimed


def run_of(submission: Submission, *, counted: bool = True) -> Run:
    return Run.objects.create(
        submission=submission,
        fence=submission.fence,
        passed=True,
        points=1,
        max_points=1,
        counted=counted,
        facts={},
        facts_version=1,
        timings={},
    )


def lease_runs_out(submission: Submission) -> None:
    past = Now() - timedelta(seconds=1)
    Submission.objects.filter(pk=submission.pk).update(lease_until=past)


def test_a_claim_takes_a_lease_and_raises_the_fence() -> None:
    factories.submission(factories.user())
    claimed = claim()
    assert (claimed.state, claimed.fence, claimed.tries, claimed.worker) == (State.RUNNING, 1, 1, "worker")
    assert claimed.lease_until is not None
    assert claimed.lease_until > timezone.now()


def test_it_refuses_a_second_claim() -> None:
    factories.submission(factories.user())
    claim()
    assert Submission.objects.claim("another") is None


def test_a_claim_takes_the_oldest_row_of_equals() -> None:
    alice, bob = factories.user(), factories.user("bob")
    factories.submission(bob)
    first = factories.submission(alice, created_at=timezone.now() - timedelta(seconds=1))
    assert claim().pk == first.pk


def test_a_learner_who_has_work_running_waits_behind_others() -> None:
    alice, bob = factories.user(), factories.user("bob")
    factories.submission(alice)
    second = factories.submission(alice)
    bobs = factories.submission(bob)
    claim()
    assert Submission.objects.queue_place(bobs.pk) == 1
    assert Submission.objects.queue_place(second.pk) == 2
    assert claim().pk == bobs.pk


def test_a_row_that_does_not_wait_has_no_place() -> None:
    factories.submission(factories.user())
    assert claim().queue_place() is None


def test_an_old_fence_can_neither_extend_nor_report_nor_finish_nor_give_back() -> None:
    factories.submission(factories.user())
    old = claim()
    lease_runs_out(old)
    Submission.objects.expire()
    new = claim()
    assert new.fence == old.fence + 1
    assert not Submission.objects.extend(old.pk, old.fence)
    assert not Submission.objects.report(old.pk, old.fence, {"phase": "build"})
    assert not Submission.objects.finish(old.pk, old.fence, run_of(old))
    assert not Submission.objects.give_back(old.pk, old.fence, "late")
    assert Submission.objects.get().state == State.RUNNING


def test_finishing_stores_the_run_and_whether_it_counts() -> None:
    factories.submission(factories.user())
    claimed = claim()
    assert Submission.objects.finish(claimed.pk, claimed.fence, run_of(claimed, counted=False))
    row = Submission.objects.get()
    assert (row.state, row.counted, row.lease_until) == (State.GRADED, False, None)
    assert not Submission.objects.finish(claimed.pk, claimed.fence, Run.objects.get())


def test_a_lease_that_is_extended_does_not_expire() -> None:
    factories.submission(factories.user())
    claimed = claim()
    lease_runs_out(claimed)
    assert Submission.objects.extend(claimed.pk, claimed.fence)
    assert Submission.objects.expire() == 0


def test_an_expired_lease_puts_the_row_back(settings: Settings) -> None:
    factories.submission(factories.user())
    lease_runs_out(claim())
    assert Submission.objects.expire() == 1
    row = Submission.objects.get()
    assert (row.state, row.lease_until, row.tries) == (State.QUEUED, None, 1)


def test_after_the_last_try_it_is_our_fault_and_costs_no_attempt(settings: Settings) -> None:
    settings.MAX_TRIES = 2
    factories.submission(factories.user())
    for fault in ("first", "second"):
        claimed = claim()
        assert Submission.objects.give_back(claimed.pk, claimed.fence, fault)
    row = Submission.objects.get()
    assert (row.state, row.counted, row.fault) == (State.FAULTED, False, "second")
    assert Submission.objects.claim("worker") is None


@pytest.mark.parametrize("begun", [False, True])
def test_a_row_can_be_cancelled_until_it_is_final(begun: bool) -> None:
    waiting = factories.submission(factories.user())
    fence = claim().fence if begun else 0
    assert Submission.objects.cancel(waiting.pk)
    row = Submission.objects.get()
    assert (row.state, row.counted, row.lease_until) == (State.CANCELLED, False, None)
    assert not Submission.objects.holds(waiting.pk, fence)
    assert not Submission.objects.cancel(waiting.pk)


def test_a_graded_row_cannot_be_cancelled(lab: Lab) -> None:
    row = factories.graded(factories.user(), lab)
    assert not Submission.objects.cancel(row.pk)
    assert Submission.objects.get().counted


def test_a_row_that_waits_long_is_overdue(settings: Settings) -> None:
    row = factories.submission(factories.user())
    assert not Submission.objects.overdue().exists()
    Submission.objects.update(woken_at=Now() - timedelta(seconds=settings.WAKE_AFTER_SECONDS + 1))
    assert [late.pk for late in Submission.objects.overdue()] == [row.pk]


def test_work_is_visible_to_its_learner_and_the_cohorts_instructor_only() -> None:
    alice, teacher, mallory, other = (factories.user(n) for n in ("alice", "teacher", "mallory", "other"))
    cohort = factories.cohort(teacher, alice, mallory)
    factories.cohort(other, name="Spring")
    row = factories.submission(alice, cohort=cohort)
    seen = {u.username: row in Submission.objects.visible_to(u) for u in (alice, teacher, mallory, other)}
    assert seen == {"alice": True, "teacher": True, "mallory": False, "other": False}
