from __future__ import annotations

import pytest
from django.test import Client

from lessons import content
from lessons.models import Answer, Assessment, Evidence, QuizSettings
from people.models import User
from tests import factories
from tests.lessons.quiz.answers import right

pytestmark = pytest.mark.django_db
LESSON = content.load("containerization")
PAGE = "/lessons/containerization/assessment/"


@pytest.fixture
def alice(client: Client) -> User:
    alice = factories.user()
    client.force_login(alice)
    return alice


def answers(row: Assessment, count: int | None = None) -> dict[str, str | list[str]]:
    fields: dict[str, str | list[str]] = {}
    for name, seed in row.questions[:count]:
        question = LESSON.question(name)
        assert question is not None
        fields |= right(question, seed)
    return fields


def test_it_needs_an_account(client: Client) -> None:
    assert "/accounts/login/" in client.get(PAGE).headers["Location"]


def test_a_set_is_drawn_answered_and_credited(client: Client, alice: User) -> None:
    place = client.post(PAGE).headers["Location"]
    row = Assessment.objects.get()
    assert len(row.questions) == 12 and str(row.code) in place
    page = client.get(place).content.decode()
    assert "one try each" in page and "<form" in page
    assert client.post(place, answers(row)).status_code == 302
    row.refresh_from_db()
    assert row.score == 1.0 and row.finished_at is not None
    assert Evidence.objects.filter(learner=alice, passed=True).count() == 12
    page = client.get(place).content.decode()
    assert "100 % in this assessment" in page and "Every choice explained" in page


def test_what_is_left_out_is_asked_for_and_answers_stay(client: Client, alice: User) -> None:
    place = client.post(PAGE).headers["Location"]
    row = Assessment.objects.get()
    answer = client.post(place, answers(row, 11))
    assert answer.status_code == 422 and "1 of the questions is not answered" in answer.content.decode()
    assert not Answer.objects.exists()
    client.post(place, answers(row, 11) | {"finish": "1"})
    row.refresh_from_db()
    assert row.score == pytest.approx(11 / 12)
    assert (Answer.objects.count(), Evidence.objects.count()) == (12, 11)
    assert "Not answered." in client.get(place).content.decode()


def test_a_set_is_answered_once(client: Client, alice: User) -> None:
    place = client.post(PAGE).headers["Location"]
    client.post(place, {"finish": "1"})
    client.post(place, answers(Assessment.objects.get()))
    row = Assessment.objects.get()
    assert row.score == 0.0 and Answer.objects.count() == 12


def test_a_begun_set_is_gone_on_with(client: Client, alice: User) -> None:
    assert client.post(PAGE).headers["Location"] == client.post(PAGE).headers["Location"]


def test_a_stranger_gets_404(client: Client, alice: User) -> None:
    place = client.post(PAGE).headers["Location"]
    client.force_login(factories.user("mallory"))
    assert client.get(place).status_code == 404
    assert client.post(place, {"finish": "1"}).status_code == 404


def test_the_instructor_bounds_size_and_number(client: Client, alice: User) -> None:
    cohort = factories.cohort(factories.user("teacher"), alice)
    QuizSettings.objects.create(cohort=cohort, assessment_size=6, assessment_attempts=1)
    place = client.post(PAGE).headers["Location"]
    assert len(Assessment.objects.get().questions) == 6
    client.post(place, {"finish": "1"})
    assert client.post(PAGE).status_code == 403
    assert "that your instructor allows" in client.get(PAGE).content.decode()


def test_the_next_set_asks_what_was_not_asked(client: Client, alice: User) -> None:
    first = client.post(PAGE).headers["Location"]
    client.post(first, {"finish": "1"})
    client.post(PAGE)
    done, fresh = Assessment.objects.order_by("started_at")
    seen = {(name, seed) for name, seed in done.questions}
    assert not seen & {(name, seed) for name, seed in fresh.questions}
