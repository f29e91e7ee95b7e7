from __future__ import annotations

from datetime import timedelta

from lessons.advice import advise
from lessons.mastery import Row, State, state
from tests.lessons.test_mastery import CHECKS, GAP, PASSED, PRACTICE, START, TWO_DAYS, check, quiz

SKILL = "dockerfile.non-root"
NOON = START + timedelta(hours=3)


def of(*rows: Row, skill: str = SKILL) -> State:
    return state(skill, rows, PRACTICE, CHECKS, GAP)


def goals(*states: State, hours: float = 3) -> list[tuple[str, str]]:
    return [(one.goal, one.skill) for one in advise(states, START + timedelta(hours=hours))]


def test_a_new_learner_reads_the_first_sections() -> None:
    skills = ("architecture.images", "architecture.containers", "architecture.volumes", "architecture.networks")
    assert goals(*(of(skill=skill) for skill in skills)) == [("section", skill) for skill in skills[:3]]


def test_a_failed_check_leads_back_to_the_lab_and_says_which() -> None:
    advice = advise([of(check(0, passed=False))], NOON)[0]
    assert advice.goal == "lab" and "has not passed yet" in advice.why


def test_questions_answered_without_a_lab_lead_to_the_lab() -> None:
    assert goals(of(quiz(0, "a"), quiz(0, "b"))) == [("lab", SKILL)]


def test_a_passed_lab_leads_to_new_questions_and_waits_between_occasions() -> None:
    first = (*PASSED, quiz(0, "a"), quiz(1, "b"))
    assert goals(of(*PASSED)) == [("practice", SKILL)]
    assert goals(of(*first), hours=5) == []
    assert goals(of(*first), hours=21) == [("practice", SKILL)]


def test_a_due_review_comes_before_everything() -> None:
    states = [of(skill="architecture.images"), of(*PASSED, *TWO_DAYS)]
    assert goals(*states, hours=24 * 3)[0] == ("practice", SKILL)
    assert goals(*states, hours=30) == [("section", "architecture.images")]


def test_low_answers_lead_to_the_questions_with_the_share_so_far() -> None:
    advice = advise([of(quiz(0, "a", share=0.5))], NOON)[0]
    assert (advice.goal, advice.why) == ("practice", "Your latest answers reach 25%; 80% makes it practised.")
