"""JSON of a learner's, read strictly: no key twice, no number that is none, bounded depth, and lines for mistakes."""

from __future__ import annotations

import json
from typing import Any, NoReturn


class BadText(Exception):
    """What is wrong, in words. `line` where it is known; else `where` is a text to look for in the file."""

    def __init__(self, message: str, line: int | None = None, where: str = "") -> None:
        super().__init__(message)
        self.line, self.where = line, where


def strict_json(text: str) -> Any:
    """The decoded text. BadText: it is no JSON, or JSON that two readers would read differently."""
    try:
        return json.loads(text, object_pairs_hook=_object, parse_constant=_constant, parse_int=_int)
    except json.JSONDecodeError as error:
        raise BadText(f"this is no JSON: {error.msg} at column {error.colno}", error.lineno) from error
    except RecursionError as error:
        raise BadText("it nests deeper than any real file does", 1) from error


def line_of(text: str, where: str) -> int | None:
    """The first line that holds `where`."""
    place = text.find(where) if where else -1
    return None if place < 0 else text.count("\n", 0, place) + 1


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    table: dict[str, Any] = {}
    for key, value in pairs:
        if key in table:
            raise BadText(f"“{key[:40]}” is there twice in one object; only one of them would be read", where=key)
        table[key] = value
    return table


def _constant(name: str) -> NoReturn:
    raise BadText(f"{name} is no number of JSON's", where=name)


def _int(digits: str) -> int:
    if len(digits) > 25:
        raise BadText("a number has more digits than 64 bits hold", where=digits[:30])
    return int(digits)
