"""A submission's page where a project of Compose was measured."""

from __future__ import annotations

import pytest
from django.test import Client

from sandbox.facts import Problem
from tests import factories
from tests.labs import facts as made
from tests.labs.views.test_submissions import shown

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("open_labs")]


def test_a_project_that_did_not_start_shows_what_was_said_and_where(client: Client) -> None:
    problem = Problem("“prots” is no key of “web”", 4, "compose.yaml")
    up = made.compose_up(answered=False, problem=problem, exchanges=())
    failed = factories.check("serves", "failed", found=problem.message, line=4, file="compose.yaml")
    page = shown(client, factories.grade(failed, build=None, facts={"up": up}))
    assert "Nothing more was measured, because the project did not start." in page
    assert '<a class="at-line" href="#compose.yaml-L4">compose.yaml, line 4</a>' in page


def test_a_matrix_and_pressure_are_tables(client: Client) -> None:
    links = made.matrix(made.link("web", "db", "silent"), made.link("web", "outside"), ports=(made.opened(),))
    page = shown(client, factories.grade(build=None, facts={"links": links, "pressed": made.pressure()}))
    assert "Who reaches whom" in page and '<th scope="col">to db</th>' in page and "no answer" in page
    assert "Under pressure" in page and "113 MB" in page
