from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from lessons import content, outside
from lessons.models import Evidence, QuizSettings
from lessons.outside import Check
from people.models import Cohort, User
from tests import factories

pytestmark = pytest.mark.django_db
LESSON = content.load("containerization")
PAGE = "/lessons/containerization/mastery/"
SKILL = "dockerfile.non-root"


@pytest.fixture
def alice() -> User:
    return factories.user()


@pytest.fixture
def cohort(alice: User) -> Cohort:
    return factories.cohort(factories.user("teacher"), alice, factories.user("bob"))


@pytest.fixture(autouse=True)
def checks(monkeypatch: pytest.MonkeyPatch) -> None:
    check = Check("non-root", "Run as somebody", "no-root-process", "Nothing runs as root", SKILL, True)
    monkeypatch.setattr(outside, "_checks", [lambda: [check]])


def show(user: User, *, hours_ago: float, variant: int) -> None:
    for question in LESSON.practice(SKILL):
        if question.type != "own":
            source = f"quiz/{question.id}/v{variant}/{hours_ago}"
            at = timezone.now() - timedelta(hours=hours_ago)
            Evidence.objects.create(
                learner=user, skill=SKILL, source=source, passed=True, points=1, max_points=1, at=at
            )


def passed(user: User) -> None:
    submission = factories.submission(user)
    source = f"labs/non-root/{submission.pk}/no-root-process"
    Evidence.objects.create(learner=user, skill=SKILL, source=source, passed=True, points=4, max_points=4)


def test_it_needs_an_account(client: Client) -> None:
    assert "/accounts/login/" in client.get(PAGE).headers["Location"]


def test_a_new_learner_is_told_where_to_begin(client: Client, alice: User) -> None:
    client.force_login(alice)
    page = client.get(PAGE).content.decode()
    assert "0 of 21 skills mastered" in page and "It is the next one in the lesson." in page


def test_the_way_to_a_mastered_skill(client: Client, alice: User) -> None:
    client.force_login(alice)
    show(alice, hours_ago=25, variant=0)
    page = client.get(PAGE).content.decode()
    assert "Practised" in page and "“Nothing runs as root” has not passed yet" in page
    passed(alice)
    page = client.get(PAGE).content.decode()
    assert "Answer new questions on" in page and "0 of 21 skills" in page
    show(alice, hours_ago=0, variant=1)
    page = client.get(PAGE).content.decode()
    assert "1 of 21 skills mastered" in page and "1 mastered, 1 practised, of 5" in page


def test_every_claim_stands_beside_its_evidence(client: Client, alice: User) -> None:
    client.force_login(alice)
    show(alice, hours_ago=1, variant=0)
    passed(alice)
    page = client.get(PAGE).content.decode()
    assert "Check: Nothing runs as root" in page and "/submissions/" in page
    assert "Question: The container still runs as uid 0." in page


def test_an_instructor_sees_the_cohort_and_each_learner(client: Client, alice: User, cohort: Cohort) -> None:
    passed(alice)
    client.force_login(User.objects.get(username="teacher"))
    assert f"{PAGE}{cohort.code}/" in client.get(PAGE).content.decode()
    page = client.get(f"{PAGE}{cohort.code}/").content.decode()
    assert "alice" in page and "bob" in page and "0 mastered, 1 practised, of 5" in page
    page = client.get(f"{PAGE}{cohort.code}/{alice.code}/").content.decode()
    assert "Check: Nothing runs as root" in page and "Suggested next" in page


@pytest.mark.parametrize("who", ["alice", "mallory"])
def test_nobody_else_does(client: Client, alice: User, cohort: Cohort, who: str) -> None:
    factories.user("mallory")
    client.force_login(User.objects.get(username=who))
    assert client.get(f"{PAGE}{cohort.code}/").status_code == 404
    assert client.get(f"{PAGE}{cohort.code}/{alice.code}/").status_code == 404
    assert client.post(f"{PAGE}{cohort.code}/", {"attempts": 1}).status_code == 404


def test_a_learner_of_another_cohort_is_not_found(client: Client, alice: User, cohort: Cohort) -> None:
    client.force_login(User.objects.get(username="teacher"))
    assert client.get(f"{PAGE}{cohort.code}/{factories.user('mallory').code}/").status_code == 404


def test_an_instructor_sets_the_rules(client: Client, alice: User, cohort: Cohort) -> None:
    client.force_login(User.objects.get(username="teacher"))
    fields = {"attempts": 3, "reveal": "never", "gap_hours": 12, "assessment_size": 9, "assessment_attempts": 2}
    assert client.post(f"{PAGE}{cohort.code}/", fields).status_code == 302
    rules = QuizSettings.objects.get(cohort=cohort)
    assert (rules.attempts, rules.reveal, rules.gap_hours) == (3, "never", 12)
    assert client.post(f"{PAGE}{cohort.code}/", fields | {"attempts": 99}).status_code == 422
    assert QuizSettings.objects.get(cohort=cohort).attempts == 3


def test_the_gap_is_the_cohorts(client: Client, alice: User, cohort: Cohort) -> None:
    QuizSettings.objects.create(cohort=cohort, gap_hours=2)
    client.force_login(alice)
    passed(alice)
    show(alice, hours_ago=3, variant=0)
    show(alice, hours_ago=0, variant=1)
    assert "1 of 21 skills mastered" in client.get(PAGE).content.decode()


def test_a_cohort_costs_few_queries(
    client: Client, cohort: Cohort, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client.force_login(User.objects.get(username="teacher"))
    with django_assert_max_num_queries(8):
        client.get(f"{PAGE}{cohort.code}/")
