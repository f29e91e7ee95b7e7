"""Where in a `lab.toml` a key stands. TOML readers keep no lines, and an author's editor goes by them."""

from __future__ import annotations

import re

_PART = re.compile(r"(?P<name>[^.\[\]]+)(?:\[(?P<number>\d+)\])?")
_HEADER = re.compile(r"\s*\[{1,2}\s*(?P<name>[\w.-]+)\s*\]{1,2}\s*(?:#.*)?$")


def line_of(text: str, key: str) -> int | None:
    """The 1-based line of `experiment[2].port` (counted from 1), else of the table it belongs to; None: neither.

    Multi-line texts that hold what looks like a header lead astray: the line is a help, never a proof.
    """
    lines = text.splitlines()
    table, first, end = "", 0, _end(lines, 0)
    found: int | None = None
    for part in _PART.finditer(key):
        path = f"{table}.{part['name']}".lstrip(".")
        header = _header(lines, first, path, int(part["number"] or 1), table)
        if header is None:
            own = _key(lines, first, end, part["name"])
            return found if own is None else own + 1
        table, first, found = path, header + 1, header + 1
        end = _end(lines, first)
    return found


def _header(lines: list[str], first: int, path: str, number: int, parent: str) -> int | None:
    """Index of the `number`-th header of `path` from `first` on, within the same parent table."""
    for index in range(first, len(lines)):
        match = _HEADER.match(lines[index])
        if match is None:
            continue
        if parent and not match["name"].startswith(f"{parent}."):
            return None
        number -= match["name"] == path
        if number == 0:
            return index
    return None


def _end(lines: list[str], first: int) -> int:
    """Index after the last line of the table's own keys: the next header."""
    return next((i for i in range(first, len(lines)) if _HEADER.match(lines[i])), len(lines))


def _key(lines: list[str], first: int, end: int, name: str) -> int | None:
    key = re.compile(rf"\s*[\"']?{re.escape(name)}[\"']?\s*[.=]")
    return next((index for index in range(first, end) if key.match(lines[index])), None)
