"""What the scenarios of the queue and of access share: files, a grade, and how to say what did not hold."""

from __future__ import annotations

from labs import running
from labs.grading import Grade
from labs.hostile.submission import corpus_lab
from labs.models import Submission
from sandbox.facts import Problem

MARK = "only-its-learner-reads-this"
FILES = {"Dockerfile": f"FROM python:3.11-slim\n# {MARK}\n"}
Told = list[str]  # what did not hold


def expect(holds: bool, otherwise: str) -> Told:  # read as: expect this, or say that
    return [] if holds else [otherwise]


def own(row: Submission) -> Submission:
    return Submission.objects.get(pk=row.pk)


def bad_grade() -> Grade:
    return running.refused(corpus_lab(), [Problem("nothing was sent")])
