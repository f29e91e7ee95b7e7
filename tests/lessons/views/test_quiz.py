from __future__ import annotations

import pytest
from django.test import Client

from lessons import content
from lessons.models import Answer, Evidence, QuizSettings
from lessons.quiz.variants import first_seed
from people.models import User
from tests import factories
from tests.lessons.quiz.answers import right, wrong

pytestmark = pytest.mark.django_db
LESSON = content.load("containerization")
QUESTION = next(question for question in LESSON.questions if question.id == "client-socket-rights")
PAGE = "/lessons/containerization/"
PLACE = f"{PAGE}questions/{QUESTION.id}/"
HTMX = {"HX-Request": "true"}


@pytest.fixture
def alice(client: Client) -> User:
    alice = factories.user()
    client.force_login(alice)
    return alice


def form(user: User | None, **fields: object) -> dict[str, object]:
    seed = first_seed(QUESTION, user.pk % 12 if user else 0)
    return {"seed": seed, "where": "lesson", **fields}


def good(user: User | None) -> dict[str, object]:
    return form(user, **right(QUESTION, int(str(form(user)["seed"]))))


def bad(user: User | None) -> dict[str, object]:
    return form(user, **wrong(QUESTION, int(str(form(user)["seed"]))))


def test_an_answer_in_place_is_explained_and_kept(client: Client, alice: User) -> None:
    page = client.post(PLACE, bad(alice), headers=HTMX).content.decode()
    assert "Not yet" in page and "1 try left" in page and 'role="status"' in page and "<html" not in page
    assert "The answer, and why" not in page
    page = client.post(PLACE, bad(alice), headers=HTMX).content.decode()
    assert "The answer, and why" in page and "Another variant" in page
    assert Answer.objects.filter(learner=alice).count() == Evidence.objects.count() == 2


def test_without_a_script_the_lesson_comes_back_with_the_result(client: Client, alice: User) -> None:
    answer = client.post(PLACE, good(alice))
    assert answer.headers["Location"] == f"{PAGE}#q-{QUESTION.id}"
    page = client.get(PAGE).content.decode()
    assert '<span aria-hidden="true">✓</span> Right' in page


def test_without_an_account_an_answer_is_explained_and_not_kept(client: Client) -> None:
    page = client.post(PLACE, good(None)).content.decode()
    assert "Right" in page and "<html" in page
    assert not Answer.objects.exists()
    page = client.post(PLACE, bad(None) | {"tries": 1}).content.decode()
    assert "The answer, and why" in page


def test_what_is_not_complete_uses_no_try(client: Client, alice: User) -> None:
    answer = client.post(PLACE, form(alice))
    assert answer.status_code == 422 and "Nothing is marked yet" in answer.content.decode()
    assert client.post(PLACE, form(alice), headers=HTMX).status_code == 200
    assert not Answer.objects.exists()


def test_another_variant_is_another_question(client: Client, alice: User) -> None:
    client.post(PLACE, good(alice))
    page = client.post(PLACE, form(alice, again="1"), headers=HTMX).content.decode()
    assert f'name="seed" value="{form(alice)["seed"]}"' not in page and ">Check<" in page


def test_the_source_of_an_open_question_does_not_say_the_answer(client: Client, alice: User) -> None:
    page = client.get(PLACE).content.decode()
    assert not any(choice.why[:40] in page for choice in QUESTION.choices)


def test_questions_of_the_assessment_are_not_shown_alone(client: Client, alice: User) -> None:
    kept = next(one for one in LESSON.questions if one.pool == "assessment")
    assert client.get(f"{PAGE}questions/{kept.id}/").status_code == 404
    assert client.post(f"{PAGE}questions/{kept.id}/").status_code == 404
    assert client.get(f"{PAGE}questions/unknown/").status_code == 404


def test_a_token_is_wanted(alice: User) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(alice)
    assert strict.post(PLACE, good(alice)).status_code == 403


@pytest.mark.parametrize("seed", ["", "-1", "x", "99999999999999", "٣", "4294967296"])
def test_a_seed_that_no_form_sends_does_no_harm(client: Client, alice: User, seed: str) -> None:
    assert client.post(PLACE, bad(alice) | {"seed": seed}, headers=HTMX).status_code == 200


def test_the_practice_page_has_all_questions_of_a_skill(client: Client) -> None:
    page = client.get(f"{PAGE}practice/images/").content.decode()
    assert all(f'id="q-{one.id}"' in page for one in LESSON.practice("architecture.images"))
    assert client.get(f"{PAGE}practice/cooking/").status_code == 404


def test_the_cohorts_rules_hold(client: Client, alice: User) -> None:
    QuizSettings.objects.create(cohort=factories.cohort(factories.user("teacher"), alice), attempts=1, reveal="never")
    page = client.post(PLACE, bad(alice), headers=HTMX).content.decode()
    assert "The answer, and why" not in page and "Another variant" in page


def test_an_own_build_question_sends_to_the_lab_first(client: Client, alice: User) -> None:
    page = client.get(f"{PAGE}questions/user-own-pid1/").content.decode()
    assert "Grade a submission to" in page and "/labs/non-root/" in page
    assert client.post(f"{PAGE}questions/user-own-pid1/", {"seed": 0}, headers=HTMX).status_code == 200
    assert not Answer.objects.exists()


def test_an_order_that_is_not_complete_stays_in_the_form(client: Client, alice: User) -> None:
    asked = next(one for one in LESSON.questions if one.id == "scan-first-step")
    fields = {f"q-{asked.id}-{place}": str(rank) for place, rank in enumerate((1, 1, 2, 3))}
    page = client.post(f"{PAGE}questions/{asked.id}/", {"seed": 0, **fields}, headers=HTMX).content.decode()
    assert "some place is empty or taken twice" in page
    assert page.count('value="1" selected') == 2 and page.count('value="3" selected') == 1


def test_a_page_that_is_loaded_again_uses_no_other_try(client: Client, alice: User) -> None:
    answer = client.post(PLACE, bad(alice) | {"where": "alone"})
    assert answer.headers["Location"] == f"{PLACE}#q-{QUESTION.id}"
    assert "1 try left" in client.get(PLACE).content.decode()
