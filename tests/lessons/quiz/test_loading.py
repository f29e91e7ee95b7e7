from __future__ import annotations

from pathlib import Path

import pytest

from lessons.errors import ContentError
from lessons.quiz import loading
from lessons.quiz.questions import Question
from lessons.quiz.variants import vary
from tests.lessons.folders import QUIZ

PREDICT = """skill = "architecture.images"

[[question]]
id = "guess"
type = "predict"
text = "What is printed?"
trial = { files = { Dockerfile = "FROM debian:12-slim\\n" }, measure = "image.ok" }
choices = [
  { text = "Yes", value = "yes", why = "It is." },
  { text = "No", value = "no", why = "It is not." },
  { text = "Both", value = "both", why = "Hardly." },
]
"""


def load(folder: Path, *texts: str, answers: dict[str, str] | None = None) -> tuple[Question, ...]:
    for number, text in enumerate(texts):
        (folder / f"q{number}.toml").write_text(text, "utf-8")
    return loading.load(folder, answers)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            ', why = "No." },\n  { text = "Neither"',
            ' },\n  { text = "Neither"',
            "q0.toml:7: number 2 of “choices” has no",
        ),
        ('skill = "architecture.images"', 'skill = "cooking"', "q0.toml:1: unknown skill “cooking”"),
        ('type = "single"', 'type = "riddle"', "q0.toml:5: unknown type “riddle”"),
        ('id = "one"', 'id = "One"', "q0.toml:4: an id is made of small letters"),
        ("right = true, ", "", "q0.toml:7: exactly one choice is right, not 0"),
        ('type = "single"', 'type = "single"\nlab = "x"', "q0.toml:6: a question of type single has no key “lab”"),
        ('text = "Which one?"', 'text = "Which one?"\nvariants = [{ n = "1" }]', "the parameter “n” is used nowhere"),
        ('type = "single"', "type = single", "q0.toml:5: this is not TOML"),
        ('text = "Which one?"', 'text = "Which one?"\npool = "spare"', "q0.toml:7: a pool is"),
    ],
)
def test_a_slip_names_file_and_line(tmp_path: Path, old: str, new: str, message: str) -> None:
    assert old in QUIZ
    with pytest.raises(ContentError) as refused:
        load(tmp_path, QUIZ.replace(old, new))
    assert message in str(refused.value)


DECIDED = """skill = "architecture.images"

[[question]]
id = "decided"
type = "single"
text = "Which one at {hour}?"
variants = [{ hour = "noon", right = "sun" }, { hour = "midnight", right = "moon" }]
choices = [
  { text = "The sun", value = "sun", why = "It has set.", why_right = "It is up." },
  { text = "The moon", value = "moon", why = "It has set." },
  { text = "Neither", value = "neither", why = "One of them is up." },
]
"""


def test_a_variant_decides_which_choice_is_right_and_which_reason_holds(tmp_path: Path) -> None:
    question = load(tmp_path, DECIDED)[0]
    shown = [[(choice.right, choice.why) for choice in vary(question, at).choices][:2] for at in (0, 1)]
    assert shown == [[(True, "It is up."), (False, "It has set.")], [(False, "It has set."), (True, "It has set.")]]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('right = "moon"', 'right = "mars"', "q0.toml:8: exactly one choice is right, not 0"),
        ('right = "moon"', 'right = "moon mars"', "q0.toml:7: no choice has the value “mars”"),
        ('right = "moon"', 'right = "sun moon"', "q0.toml:8: exactly one choice is right, not 2"),
    ],
)
def test_each_variant_has_to_make_sense(tmp_path: Path, old: str, new: str, message: str) -> None:
    with pytest.raises(ContentError) as refused:
        load(tmp_path, DECIDED.replace(old, new))
    assert message in str(refused.value)


def test_an_id_is_used_once_in_all_files(tmp_path: Path) -> None:
    with pytest.raises(ContentError, match=r"q1\.toml:3: the id “one” is used at q0\.toml:3 too"):
        load(tmp_path, QUIZ, QUIZ)


def test_a_line_of_a_hot_spot_needs_its_reason_and_an_empty_one_does_not(tmp_path: Path) -> None:
    spots = """skill = "architecture.images"

[[question]]
id = "spots"
type = "hotspot"
text = "Where?"
lines = [
  { text = "FROM a", why = "The base." },
  { text = "" },
  { text = "USER 0", wrong = true, why = "Root." },
]
"""
    assert [choice.right for choice in load(tmp_path, spots)[0].choices] == [False, False, True]
    with pytest.raises(ContentError, match="number 1 of “lines” has no feedback"):
        load(tmp_path, spots.replace(', why = "The base."', ""))


def test_a_predict_question_needs_what_was_measured(tmp_path: Path) -> None:
    with pytest.raises(ContentError, match=r"q0\.toml:4: nothing is measured for “guess”; run `manage.py quiz verify"):
        load(tmp_path, PREDICT, answers={})
    with pytest.raises(ContentError, match="no single choice has the measured value “maybe”"):
        load(tmp_path, PREDICT, answers={"guess": "maybe"})
    assert load(tmp_path, PREDICT, answers={"guess": "no"})[0].measured == ("no",)


def test_to_verify_it_no_answer_is_needed(tmp_path: Path) -> None:
    assert load(tmp_path, PREDICT, answers=None)[0].measured == ()
