from __future__ import annotations

import logging
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest
from django.db import connections
from pytest_django import Settings

from labs.models import LabVersion, Submission
from labs.specs import Lab
from labs.submitting import TooManyWaiting, submit
from people.models import User
from tests import factories


@pytest.mark.django_db
def test_a_submission_is_numbered_and_belongs_to_the_learners_cohort(lab: Lab) -> None:
    alice = factories.user()
    cohort = factories.cohort(factories.user("teacher"), alice)
    first, second = (submit(alice, lab, {"Dockerfile": "FROM x\n"}) for _ in range(2))
    assert isinstance(first, Submission)
    assert isinstance(second, Submission)
    assert (first.number, second.number) == (1, 2)
    assert (first.cohort, first.files) == (cohort, {"Dockerfile": "FROM x\n"})


@pytest.mark.django_db
def test_both_submissions_point_to_one_row_of_the_lab(lab: Lab) -> None:
    alice = factories.user()
    submit(alice, lab, {})
    submit(alice, lab, {})
    assert LabVersion.objects.get().spec == {"version": 1, "title": "non-root"}


@pytest.mark.django_db
def test_too_many_unfinished_ones_are_refused(lab: Lab, settings: Settings) -> None:
    settings.WAITING_PER_LEARNER = 2
    alice = factories.user()
    submit(alice, lab, {})
    submit(alice, lab, {})
    assert submit(alice, lab, {}) == TooManyWaiting(2)
    assert isinstance(submit(factories.user("bob"), lab, {}), Submission)


@pytest.mark.django_db(transaction=True)
def test_submissions_sent_at_once_get_different_numbers_and_keep_the_bound(lab: Lab, settings: Settings) -> None:
    settings.WAITING_PER_LEARNER = 5
    alice = factories.user()

    def send(_: int) -> Submission | TooManyWaiting:
        try:
            return submit(User.objects.get(pk=alice.pk), lab, {})
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        results = list(pool.map(send, range(8)))
    numbers = sorted(one.number for one in results if isinstance(one, Submission))
    assert numbers == [1, 2, 3, 4, 5]


@pytest.mark.django_db(transaction=True)
def test_one_form_sent_three_times_at_once_is_one_submission(lab: Lab) -> None:
    alice, form = factories.user(), uuid4()

    def send(_: int) -> Submission | TooManyWaiting:
        try:
            return submit(User.objects.get(pk=alice.pk), lab, {"Dockerfile": "FROM x\n"}, form)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(3) as pool:
        results = list(pool.map(send, range(3)))
    assert results == [Submission.objects.get()] * 3


@pytest.mark.django_db
def test_a_form_that_goes_back_with_other_texts_is_another_submission(lab: Lab) -> None:
    alice, form = factories.user(), uuid4()
    first, second = (submit(alice, lab, {"Dockerfile": text}, form) for text in ("FROM x\n", "FROM y\n"))
    assert first != second


@pytest.mark.django_db
def test_two_learners_never_share_a_form(lab: Lab) -> None:
    form = uuid4()
    first, second = (submit(factories.user(name), lab, {}, form) for name in ("alice", "bob"))
    assert first != second


@pytest.mark.django_db
@pytest.mark.parametrize("state", [Submission.State.FAULTED, Submission.State.CANCELLED])
def test_what_was_not_graded_may_be_sent_again(lab: Lab, state: str) -> None:
    alice, form = factories.user(), uuid4()
    first = submit(alice, lab, {}, form)
    Submission.objects.update(state=state)
    second = submit(alice, lab, {}, form)
    assert first != second
    assert submit(alice, lab, {}, form) == second


@pytest.mark.django_db(transaction=True)
def test_a_broker_that_is_down_fails_no_submission(lab: Lab, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING, "labs.tasks"):
        assert isinstance(submit(factories.user(), lab, {}), Submission)
    assert "no wake-up call could be sent" in caplog.text
