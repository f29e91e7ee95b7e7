from __future__ import annotations

import io
import json

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection, transaction

from labs import gate

pytestmark = pytest.mark.django_db


def known(monkeypatch: pytest.MonkeyPatch, contained: int) -> None:
    report = {"fingerprint": "f", "total": 2, "contained": contained, "cases": []}
    monkeypatch.setattr("sys.stdin", io.StringIO(json.dumps(report)))
    call_command("sandbox", "known")


def test_an_earlier_report_is_taken_over(monkeypatch: pytest.MonkeyPatch) -> None:
    known(monkeypatch, 2)
    assert gate.why_closed() == ""


def test_an_earlier_report_of_a_breach_ends_with_1(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(SystemExit) as ended:
        known(monkeypatch, 1)
    assert ended.value.code == 1
    assert gate.why_closed() == gate.NOT_CONTAINED


def test_a_case_that_does_not_exist_is_said() -> None:
    with pytest.raises(CommandError, match="no case is called") as raised:
        call_command("sandbox", "test", "--case", "build/nothing")
    assert raised.value.returncode == 2


def test_a_database_without_tables_is_said_before_any_attack() -> None:
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE labs_sandboxproof RENAME TO elsewhere")
    try:
        with pytest.raises(CommandError, match="make run") as raised, transaction.atomic():
            call_command("sandbox", "test")
    finally:
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE elsewhere RENAME TO labs_sandboxproof")
    assert raised.value.returncode == 3


@pytest.mark.engine
def test_one_case_runs_and_prints_the_report(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("sandbox", "test", "--case", "sources/foreign-base-past-the-parser", "--json")
    report = json.loads(capsys.readouterr().out)
    assert (report["total"], report["contained"]) == (1, 1)
    assert report["cases"][0]["layer"] == "source-policy"
    assert gate.why_closed() == gate.UNTRIED  # a part proves nothing
