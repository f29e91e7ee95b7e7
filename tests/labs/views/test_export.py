"""A cohort's submissions as a file: for those who teach, and with what its columns promise."""

from __future__ import annotations

import csv

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from labs.pages import export
from labs.specs import Lab
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("open_labs")]


def test_the_cohorts_list_is_a_file_for_a_spreadsheet(
    client: Client, lab: Lab, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    teacher, alice = factories.user("teacher"), factories.user("alice")
    row = factories.graded(alice, lab, cohort=factories.cohort(teacher, alice, name="Autumn"))
    factories.submission(factories.user("bob"), lab)  # of no cohort
    client.force_login(teacher)
    with django_assert_num_queries(4):  # session, user, cohorts, rows
        answer = client.get("/submissions.csv")
    assert answer["Content-Disposition"] == 'attachment; filename="submissions.csv"'
    (line,) = csv.DictReader(answer.content.decode("utf-8-sig").splitlines())
    assert (line["learner"], line["cohort"], line["lab"], line["attempt"]) == ("alice", "Autumn", lab.slug, "1")
    assert line["address"] == f"/submissions/{row.pk}/"
    assert list(csv.reader(client.get("/submissions.csv?lab=other").content.decode().splitlines()))[1:] == []


def test_the_file_is_for_those_who_teach(client: Client, lab: Lab) -> None:
    factories.graded(factories.user("alice"), lab)
    client.force_login(factories.user("mallory"))
    assert client.get("/submissions.csv").status_code == 404


def test_the_file_says_that_it_is_utf_8_so_that_excel_reads_umlauts(client: Client, lab: Lab) -> None:
    teacher = factories.user("teacher")
    factories.graded(factories.user("a", first_name="Jörg"), lab, cohort=factories.cohort(teacher, name="Größe"))
    client.force_login(teacher)
    written = client.get("/submissions.csv").content
    assert written.startswith(b"\xef\xbb\xbf")
    assert "Jörg" in written.decode("utf-8-sig")


@pytest.mark.parametrize("sign", "=+-@")
def test_no_cell_is_a_formula(sign: str) -> None:
    assert export.cell(f"{sign}1+1") == f"'{sign}1+1"
    assert export.cell(f" \t\n{sign}1") == f"'{sign}1"
