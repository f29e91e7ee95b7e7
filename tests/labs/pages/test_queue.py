from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django import Settings

from labs.grading import Grade
from labs.models import Submission
from labs.pages.queue import ordinal, queue_words
from sandbox.facts import Timings
from tests import factories


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (1, "1st"),
        (2, "2nd"),
        (3, "3rd"),
        (4, "4th"),
        (11, "11th"),
        (12, "12th"),
        (13, "13th"),
        (21, "21st"),
        (111, "111th"),
    ],
)
def test_places_are_written_as_people_do(number: int, words: str) -> None:
    assert ordinal(number) == words


def lasting(seconds: float) -> Grade:
    return factories.grade(timings=Timings(total=seconds))


@pytest.mark.django_db
def test_the_estimate_comes_from_the_latest_gradings(settings: Settings) -> None:
    settings.CELERY_WORKER_CONCURRENCY = 2
    bob = factories.user("bob")
    for seconds in (8.0, 12.0):
        factories.graded(bob, result=lasting(seconds))
    for _ in range(2):
        factories.submission(factories.user(f"learner{_}"), created_at=timezone.now() - timedelta(seconds=9))
    row = factories.submission(factories.user())
    assert queue_words(row) == "Queued: 3rd, about 20 s"


@pytest.mark.django_db
def test_a_long_wait_is_told_in_minutes(settings: Settings) -> None:
    settings.CELERY_WORKER_CONCURRENCY = 1
    factories.graded(factories.user("bob"), result=lasting(180))
    assert queue_words(factories.submission(factories.user())) == "Queued: 1st, about 3 min"


@pytest.mark.django_db
def test_a_row_that_was_taken_meanwhile_is_starting() -> None:
    row = factories.submission(factories.user())
    Submission.objects.claim("worker")
    assert queue_words(row) == "Starting"
