"""What would be kept of a grading, in a transaction that is rolled back: an operator's rows stay as they are."""

from __future__ import annotations

import json
import logging
import uuid
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.test import Client
from django.test.utils import override_settings

from labs import report
from labs.grading import Grade, to_json
from labs.hostile import markup
from labs.models import CheckResult, Run, Submission
from labs.publishing import publish
from labs.recording import record
from labs.specs import Lab
from people.models import User

HOST = "attacks.invalid"  # nobody's name: pages are made, and sent nowhere


@dataclass(frozen=True, slots=True)
class Kept:
    """`text`: rows, JSON, terminal and page in one. `results`: runs of the submission; exactly one is right."""

    text: str
    results: int
    complaints: tuple[str, ...] = ()


@contextmanager
def rolled_back() -> Iterator[None]:
    with transaction.atomic():
        try:
            yield
        finally:
            transaction.set_rollback(True)


@contextmanager
def browser(user: User | None = None) -> Iterator[Client]:
    """Asks our own pages, as somebody, without a network; what is refused there on purpose is not logged."""
    logging.disable(logging.ERROR)
    try:
        with override_settings(ALLOWED_HOSTS=[HOST]), warnings.catch_warnings():
            warnings.filterwarnings("ignore", "No directory at", UserWarning)  # nobody ran collectstatic
            client = Client(headers={"host": HOST}, raise_request_exception=False)
            if user is not None:
                client.force_login(user)
            yield client
    finally:
        logging.disable(logging.NOTSET)


def person(name: str) -> User:
    return User.objects.create(username=f"{name}-{uuid.uuid4().hex[:12]}", password=make_password(None))


def claimed(learner: User, lab: Lab, files: Mapping[str, str]) -> Submission:
    """A submission that a worker holds, as it is when its grade is stored."""
    made = Submission.objects.create(
        learner=learner, lab_version=publish(lab), slug=lab.slug, files=dict(files), number=1
    )
    held = Submission.objects.filter(pk=made.pk).claim("attacks")
    assert held is not None  # noqa: S101  # made two lines above, seen by nobody else
    return held


def kept(lab: Lab, files: Mapping[str, str], grade: Grade) -> Kept:
    """Store the grade twice, as two workers would, and read everything that it became."""
    with rolled_back():
        learner = person("learner")
        held = claimed(learner, lab, files)
        first, second = record(held, grade), record(held, grade)
        terminal = report.text(grade)
        texts = [json.dumps(to_json(grade), ensure_ascii=False), terminal]
        texts += [row for run in Run.objects.filter(submission=held) for row in _rows(run)]
        with browser(learner) as client:
            page = client.get(f"/submissions/{held.pk}/")
        texts.append(page.content.decode())
        results = Run.objects.filter(submission=held).count()
    told = [] if first else ["the grade could not be stored"]
    told += ["a second grade was stored for one claim"] if second else []
    told += [f"the page was answered with {page.status_code}"] if page.status_code != 200 else []
    told += markup.steering(terminal)
    told += markup.problems(texts[-1]) if markup.MARK in texts[-1] else []
    return Kept("\n".join(texts), results, tuple(told))


def _rows(run: Run) -> Iterator[str]:
    """As texts, everything that the database holds of a run."""
    yield run.log_text
    yield json.dumps([run.facts, run.build, run.limit, run.unavailable, run.timings, run.engine], ensure_ascii=False)
    for check in CheckResult.objects.filter(run=run):
        yield " ".join((check.title, check.expected, check.found, check.why, check.hint))
