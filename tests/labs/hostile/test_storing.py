from __future__ import annotations

import pytest

from labs.hostile import storing
from labs.hostile.submission import corpus_lab
from labs.models import CheckResult, LabVersion, Run, Submission
from labs.running import refused
from people.models import User
from sandbox.facts import Problem

pytestmark = pytest.mark.django_db
FILES = {"Dockerfile": "FROM python:3.11-slim\n"}


def test_everything_that_is_kept_of_a_grade_is_read_and_no_row_stays() -> None:
    grade = refused(corpus_lab(), [Problem("the file says hz7marker <b>", 3)])
    kept = storing.kept(corpus_lab(), FILES, grade)
    assert (kept.results, kept.complaints) == (1, ())
    assert kept.text.count("the file says hz7marker") >= 4  # JSON, terminal, rows, page
    for model in (User, LabVersion, Submission, Run, CheckResult):
        assert not model.objects.exists()


def test_words_that_steer_a_terminal_do_not_reach_one() -> None:
    grade = refused(corpus_lab(), [Problem("hz7marker \x1b[2J and on", 3)])
    assert storing.kept(corpus_lab(), FILES, grade).complaints == ()
