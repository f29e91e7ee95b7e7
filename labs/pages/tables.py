"""Pictures that are tables: what a scan found, what an image carries, what another day changes. Reads stored JSON."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from labs.pages.layers import size
from labs.pages.picture import Bar, Facts, instruction, kind

ROWS = 60  # shown of one table
CVES = 4  # named of one finding


@dataclass(frozen=True, slots=True)
class Row:
    """`tone`: "failed" for what is to be fixed, "passed", or "" for neither; `mark` says it in a word."""

    cells: tuple[str, ...]
    tone: str = ""
    mark: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    id: str
    title: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    note: str
    bars: tuple[Bar, ...] = ()
    more: int = 0  # rows that are not shown


def tables(facts: Facts) -> tuple[Table, ...]:
    """One for each fact that has such a picture and something to show."""
    makers = {"scan": _scan, "contents": _contents, "tomorrow": _tomorrow}
    made = [makers[kind(fact)](fact) for fact in facts.values() if kind(fact) in makers]
    return tuple(table for table in made if table.rows)


def _table(name: str, title: str, columns: tuple[str, ...], rows: list[Row], note: str, *bars: Bar) -> Table:
    return Table(name, title, columns, tuple(rows[:ROWS]), note, bars, max(0, len(rows) - ROWS))


def _scan(fact: Mapping[str, Any]) -> Table:
    rows = [_finding(found) for found in (*fact["os"], *fact["python"])]
    note = f"{fact['os_packages']} Debian and {fact['python_packages']} Python packages were compared."
    return _table("scan", "What the scan found", ("Package", "Installed", "Closed in", "Known holes"), rows, note)


def _finding(found: Mapping[str, Any]) -> Row:
    more = len(found["cves"]) - CVES
    holes = ", ".join(found["cves"][:CVES]) + (f" and {more} more" if more > 0 else "")
    return Row(
        (found["package"], found["version"], found["fixed"], holes),
        "failed",
        "" if found["listed"] else f"in no list, seen at {found['path']}",
    )


def _contents(fact: Mapping[str, Any]) -> Table:
    brought = Counter(package["created_by"] for package in fact["packages"])
    unlisted = Counter(package["created_by"] for package in fact["packages"] if not package["listed"])
    rows = [
        Row((instruction(step), str(count)), "", f"{unlisted[step]} in no list" if unlisted[step] else "")
        for step, count in brought.most_common()
    ]
    shells, managers = ", ".join(fact["shells"]) or "none", ", ".join(fact["managers"]) or "none"
    note = f"Shells that started: {shells}. Package managers: {managers}."
    columns = ("Step", "Packages it brought")
    return _table("contents", "What the image carries", columns, rows, note, *_beside_the_starter(fact))


def _beside_the_starter(fact: Mapping[str, Any]) -> Iterator[Bar]:
    own, starter = len(fact["packages"]), fact["starter_packages"]
    yield from _pair(own, starter, f"{own} packages", f"{starter} packages")
    yield from _pair(fact["size"], fact["starter_size"], size(fact["size"]), size(fact["starter_size"]))


def _pair(own: int, starter: int, shown: str, starters: str) -> Iterator[Bar]:
    longest = max(own, starter, 1)
    yield Bar("Your image", max(1, round(100 * own / longest)), shown, "neutral")
    yield Bar("The starter's", max(1, round(100 * starter / longest)), starters, "neutral")


def _tomorrow(fact: Mapping[str, Any]) -> Table:
    rows = [_reference(reference) for reference in fact["references"]]
    if fact["build"]["ok"]:
        rows += sorted((_installed(package) for package in fact["installed"]), key=lambda row: row.tone != "failed")
        note = "The second build started without a cache, after every moving tag had moved and the index had grown."
    else:
        note = "On another day the build stopped, so there are no versions to compare."
    return _table("tomorrow", "Today and on another day", ("Name", "Today", "Another day"), rows, note)


def _reference(reference: Mapping[str, Any]) -> Row:
    if reference["floating"]:
        return Row((reference["name"], f"line {reference['line']}", reference["floating"]), "failed", "moves")
    return Row((reference["name"], f"line {reference['line']}", "the same image"), "passed", "stays")


def _installed(package: Mapping[str, Any]) -> Row:
    today, later = package["today"] or "not there", package["tomorrow"] or "not there"
    return Row((package["name"], today, later), *(("passed", "stays") if today == later else ("failed", "moves")))
