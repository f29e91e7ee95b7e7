"""Database queries a page, with one attempt and with ten. Fills the database of the settings: a throw-away one."""

from __future__ import annotations

from uuid import UUID

from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bench.pages import LAB, LESSON
from labs import running, specs
from labs.models import Submission
from labs.recording import record
from labs.submitting import submit
from people.models import User
from sandbox.facts import Problem


def counts() -> list[dict[str, int]]:
    """[{page: queries with one attempt}, {page: queries with ten}]"""
    call_command("migrate", verbosity=0)
    user = User.objects.create_user("bench")
    found = []
    for more in (1, 9):
        *_, newest = [_attempt(user) for _ in range(more)]
        pages = {"lesson": LESSON, "lab": LAB, "submission": f"/submissions/{newest}/"}
        found.append({name: _queries(user, path) for name, path in pages.items()})
    return found


def _attempt(user: User) -> UUID:
    """One graded attempt, made by the product's own moves; files that cannot be read need no engine."""
    lab = specs.catalogue()["non-root"]
    submit(user, lab, {"Dockerfile": ""})
    claimed = Submission.objects.claim("bench")
    assert claimed is not None  # it was the only one waiting
    record(claimed, running.refused(lab, [Problem("the file is empty")]))
    return claimed.pk


def _queries(user: User, path: str) -> int:
    """Of the second request: what is read once in a process is no query of the page."""
    client = Client(headers={"host": "localhost"})
    client.force_login(user)
    client.get(path)
    with CaptureQueriesContext(connection) as captured:
        answer = client.get(path)
    assert answer.status_code == 200, (path, answer.status_code)
    return len(captured)
