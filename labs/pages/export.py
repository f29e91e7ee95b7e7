"""Submissions as a CSV file for a spreadsheet. What people wrote in it is text there too, never a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

from labs.models import Submission
from labs.pages.outcomes import outcome
from sandbox.logs import visible

MOST = 10_000  # rows of one file: two terms of a large class, and a second of work
HEADER = ("sent", "learner", "cohort", "lab", "attempt", "result", "points", "of", "detail", "address")
BYTE_ORDER_MARK = "\ufeff"  # without it Excel on Windows reads UTF-8 as its own 8-bit code
# A spreadsheet takes a cell that begins with one of these for a formula, whatever quotes stand around it.
_FORMULA = ("=", "+", "-", "@")


def cell(text: str) -> str:
    """One line of plain text. An apostrophe in front tells a spreadsheet that it is no formula."""
    shown = visible(" ".join(text.split()))
    return f"'{shown}" if shown.startswith(_FORMULA) else shown


def table(rows: Iterable[Submission]) -> str:
    """The rows, which come with run, learner and cohort, below a header."""
    target = io.StringIO()
    target.write(BYTE_ORDER_MARK)
    writer = csv.writer(target)
    writer.writerow(HEADER)
    for row in rows:
        writer.writerow(_cells(row))
    return target.getvalue()


def _cells(row: Submission) -> list[object]:
    shown, counted = outcome(row), row.run is not None and row.counted
    return [
        row.created_at.isoformat(timespec="seconds"),
        cell(row.learner.get_full_name() or row.learner.get_username()),
        cell(row.cohort.name) if row.cohort else "",
        row.slug,
        row.number,
        shown.word,
        row.run.points if row.run and counted else "",
        row.run.max_points if row.run and counted else "",
        cell(shown.detail),
        f"/submissions/{row.pk}/",
    ]
