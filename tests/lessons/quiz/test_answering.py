from __future__ import annotations

from dataclasses import replace

import pytest

from lessons import content, outside
from lessons.models import Answer, Evidence, QuizSettings
from lessons.outside import OwnBuild
from lessons.quiz import answering
from lessons.quiz.questions import Choice, Question
from lessons.quiz.variants import variant_of
from people.models import User
from tests import factories
from tests.lessons.quiz.made import picks

pytestmark = pytest.mark.django_db
RULES = QuizSettings()
BY_ID = {question.id: question for question in content.load("containerization").questions}
SINGLE = replace(picks("single", True, False, False), text="{n}", variants=({"n": "1"}, {"n": "2"}))
OWN = BY_ID["user-own-pid1"]
WRONG, RIGHT = {"picked": [1]}, {"picked": [0]}


@pytest.fixture
def alice() -> User:
    return factories.user()


def answer(question: Question, user: User, given: dict[str, list[int]], rules: QuizSettings = RULES) -> answering.Try:
    return answering.submit(question, answering.begin(question, user, rules), given, user, rules)


def test_the_first_miss_explains_the_pick_and_the_answer_follows_the_second(alice: User) -> None:
    first = answer(SINGLE, alice, WRONG)
    assert (first.closed, first.revealed, first.left) == (False, False, 1)
    assert [mark.right for mark in first.marks] == [False]
    second = answer(SINGLE, alice, WRONG)
    assert (second.closed, second.revealed) == (True, True)
    assert sum(mark.right for mark in second.solution) == 1


def test_all_tries_are_kept_each_with_its_evidence(alice: User) -> None:
    answer(SINGLE, alice, WRONG)
    answer(SINGLE, alice, RIGHT)
    assert list(Answer.objects.order_by("pk").values_list("number", "score")) == [(1, 0.0), (2, 1.0)]
    found = Evidence.objects.order_by("pk").values_list("skill", "passed", "points", "max_points")
    assert list(found) == [(SINGLE.skill, False, 0.0, 1.0), (SINGLE.skill, True, 1.0, 1.0)]
    source = Evidence.objects.earliest("pk").source.split("/")
    assert source[:3] == ["quiz", SINGLE.id, f"v{Answer.objects.earliest('pk').variant}"]


def test_a_try_too_many_stores_nothing(alice: User) -> None:
    for _ in range(4):
        answer(SINGLE, alice, WRONG)
    assert Answer.objects.count() == 2
    answer(SINGLE, alice, RIGHT)
    assert not Evidence.objects.filter(passed=True).exists()


def test_another_variant_has_tries_of_its_own(alice: User) -> None:
    answer(SINGLE, alice, RIGHT)
    again = answering.another(SINGLE, alice, RULES)
    assert again.number == 0
    first = Answer.objects.get()
    assert variant_of(SINGLE, again.seed) != first.variant and again.seed != first.seed


def test_where_a_learner_left_it_is_shown_again(alice: User) -> None:
    answer(SINGLE, alice, WRONG)
    resumed = answering.resume(SINGLE, answering.latest(alice, [SINGLE])[SINGLE.id], RULES)
    assert (resumed.number, resumed.given, resumed.closed) == (1, WRONG, False)


@pytest.mark.parametrize(
    ("reveal", "shown"), [("spent", [False, True]), ("right", [False, False]), ("never", [False, False])]
)
def test_the_instructor_says_when_answers_are_shown(alice: User, reveal: str, shown: list[bool]) -> None:
    rules = QuizSettings(reveal=reveal)
    assert [answer(SINGLE, alice, WRONG, rules).revealed for _ in range(2)] == shown


def test_the_instructor_says_how_many_tries_there_are(alice: User) -> None:
    rules = QuizSettings(attempts=3)
    assert [answer(SINGLE, alice, WRONG, rules).left for _ in range(3)] == [2, 1, 0]


def test_a_learners_settings_are_those_of_the_cohort(alice: User) -> None:
    assert answering.settings_of(alice).attempts == 2
    cohort = factories.cohort(factories.user("teacher"), alice)
    QuizSettings.objects.create(cohort=cohort, attempts=4)
    assert answering.settings_of(alice).attempts == 4
    assert answering.settings_of(None).attempts == 2


def test_an_own_build_question_asks_about_facts_and_keeps_what_it_asked(
    alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    build = OwnBuild("build-1", "Attempt 1", "/x", (Choice("`0`", "Root.", False), Choice("`1000`", "Measured.", True)))
    monkeypatch.setattr(outside, "own_build", lambda learner, lab, ask: build)
    after = answer(OWN, alice, {"picked": [1]})
    assert after.result is not None and after.result.right
    row = Answer.objects.get()
    assert row.asked == [
        {"text": "`0`", "why": "Root.", "right": False},
        {"text": "`1000`", "why": "Measured.", "right": True},
    ]
    assert Evidence.objects.get().source.split("/")[2] == "build-1"


def test_without_a_build_an_own_build_question_waits(alice: User) -> None:
    assert answering.begin(OWN, alice, RULES).waits
