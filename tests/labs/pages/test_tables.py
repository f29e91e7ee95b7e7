from __future__ import annotations

from labs.pages.tables import ROWS, Row, tables
from sandbox.tomorrowfacts import Installed, Reference
from tests import factories
from tests.labs.facts import build, contents, finding, package, scan, tomorrow


def test_a_scan_shows_every_finding_and_where_one_without_a_list_was_seen() -> None:
    cves = tuple(f"CVE-2026-{number}" for number in range(6))
    hidden = finding("requests", listed=False, path="/app/requests/api.py")
    (table,) = tables(factories.facts({"report": scan(os=(finding(cves=cves),), python=(hidden,))}))
    assert [row.cells[0] for row in table.rows] == ["openssl", "requests"]
    assert table.rows[0].cells[3] == "CVE-2026-0, CVE-2026-1, CVE-2026-2, CVE-2026-3 and 2 more"
    assert table.rows[1].mark == "in no list, seen at /app/requests/api.py"
    assert table.note == "100 Debian and 7 Python packages were compared."


def test_a_clean_scan_needs_no_table() -> None:
    assert tables(factories.facts({"report": scan()})) == ()


def test_packages_are_counted_by_the_step_that_brought_them() -> None:
    carried = (package("a"), package("b"), package("c", created_by="RUN /bin/sh -c make # buildkit", listed=False))
    (table,) = tables(factories.facts({"inside": contents(packages=carried, shells=("/bin/sh",))}))
    assert table.rows == (Row(("ADD rootfs.tar /", "2")), Row(("RUN make", "1"), "", "1 in no list"))
    assert table.note == "Shells that started: /bin/sh. Package managers: none."
    assert [bar.shown for bar in table.bars[:2]] == ["3 packages", "10 packages"]


def test_another_day_shows_what_moves_first() -> None:
    taken = (Reference("python:3.11-slim", 1, "the tag is given to newer builds"),)
    found = (Installed("click", "8.1.7", "8.1.7"), Installed("flask", "3.1.0", "3.1.1"))
    (table,) = tables(factories.facts({"later": tomorrow(references=taken, installed=found)}))
    assert [(row.cells[0], row.mark) for row in table.rows] == [
        ("python:3.11-slim", "moves"),
        ("flask", "moves"),
        ("click", "stays"),
    ]


def test_a_build_that_stopped_has_no_versions() -> None:
    (table,) = tables(factories.facts({"later": tomorrow(build=build(ok=False))}))
    assert [row.cells[0] for row in table.rows] == ["python:3.11.2-slim"]
    assert "stopped" in table.note


def test_a_long_table_is_cut_and_says_so() -> None:
    many = tuple(finding(f"p{number}") for number in range(ROWS + 3))
    (table,) = tables(factories.facts({"report": scan(os=many)}))
    assert (len(table.rows), table.more) == (ROWS, 3)
