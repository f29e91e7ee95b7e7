"""The small shapes that a Compose file is made of: node in, canonical JSON out, Wrong with a line where it is neither.

Compose turns texts into numbers and truth values where a key asks for them (`read_only: "true"`), and so do these.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Mapping

from sandbox.compose.casting import FALSE, TRUE
from sandbox.compose.nodes import Entry, Json, Missing, Node, Scalar, Sequence, Table, Wrong

Shape = Callable[[Node, str], Json]
_SIZE = re.compile(r"(\d+(?:\.\d*)?) ?([kmgtp]?)i?b?", re.IGNORECASE)
_UNITS = {unit: 1024**power for power, unit in enumerate(("", "k", "m", "g", "t", "p"))}
_DURATION = re.compile(r"(\d+(?:\.\d+)?)(ns|us|µs|ms|s|m|h|d|w)")
_SECONDS = {
    "ns": 1e-9,
    "us": 1e-6,
    "µs": 1e-6,
    "ms": 1e-3,
    "s": 1.0,
    "m": 60.0,
    "h": 3600.0,
    "d": 86400.0,
    "w": 604800.0,
}
LARGEST = 2**62


def text(node: Node, key: str) -> str:
    """A text; a number or truth value as Compose would print it."""
    if not isinstance(node, Scalar) or node.value is None:
        raise Wrong(f"“{key}” takes a text.", node.line)
    return printed(node)


def printed(node: Scalar) -> str:
    value = node.value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e21:
        return str(int(value))
    return str(value)


def boolean(node: Node, key: str) -> bool:
    value = node.value if isinstance(node, Scalar) else None
    if isinstance(value, bool):
        return value
    if isinstance(value, str) and value.lower() in TRUE | FALSE:
        return value.lower() in TRUE
    raise Wrong(f"“{key}” is true or false.", node.line)


def integer(node: Node, key: str) -> int:
    """A plain 1.5 is 1, as Compose takes it; a text has to be a whole number."""
    value = number(node, key)
    if abs(value) > LARGEST or (not value.is_integer() and isinstance(node, Scalar) and isinstance(node.value, str)):
        raise Wrong(f"“{key}” takes a whole number.", node.line)
    return int(value)


def count(node: Node, key: str) -> int:
    """A whole number from 0."""
    found = integer(node, key)
    if found < 0:
        raise Wrong(f"“{key}” cannot be below 0.", node.line)
    return found


def number(node: Node, key: str) -> float:
    value = node.value if isinstance(node, Scalar) else None
    if isinstance(value, str) and len(value) <= 40:
        try:
            value = float(value)
        except ValueError:
            value = None
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise Wrong(f"“{key}” takes a number.", node.line)
    return float(value)


def size(node: Node, key: str) -> int:
    """Bytes of 64m, 1.5gb, 1048576; -1 is what Compose takes for "no limit"."""
    value = node.value if isinstance(node, Scalar) else None
    if isinstance(value, int | float) and not isinstance(value, bool) and -1 <= value <= LARGEST:
        return int(value)
    found = _SIZE.fullmatch(value.strip()) if isinstance(value, str) and len(value) <= 40 else None
    if found is None:
        raise Wrong(f"“{key}” takes a size such as 64m or 1g.", node.line)
    number_of = float(found[1]) * _UNITS[found[2].lower()]
    if number_of > LARGEST:
        raise Wrong(f"“{key}” is larger than any machine.", node.line)
    return int(number_of)


def duration(node: Node, key: str) -> str:
    """A duration in whole milliseconds and Compose's spelling, from 1m30s or 500ms."""
    said = printed(node) if isinstance(node, Scalar) and node.value is not None else ""
    parts = _DURATION.findall(said[:60])
    if said != "0" and (not parts or "".join(a + b for a, b in parts) != said):
        raise Wrong(f"“{key}” takes a duration such as 10s or 1m30s.", node.line)
    seconds = sum(float(count) * _SECONDS[unit] for count, unit in parts)
    if seconds > 1e9:
        raise Wrong(f"“{key}” is longer than anybody waits.", node.line)
    return f"{round(seconds * 1000)}ms"


def items(node: Node, key: str) -> tuple[Node, ...]:
    if not isinstance(node, Sequence):
        raise Wrong(f"“{key}” takes a list.", node.line)
    return node.items


def table(node: Node, key: str) -> Mapping[str, Entry]:
    if not isinstance(node, Table):
        raise Wrong(f"“{key}” takes keys and values.", node.line)
    return node.entries


def texts(node: Node, key: str) -> list[Json]:
    """A list of texts, or one text alone."""
    if isinstance(node, Scalar):
        return [text(node, key)]
    return [text(item, key) for item in items(node, key)]


def command(node: Node, key: str) -> Json:
    """A command as one text (Compose splits it) or as a list; null: the image's own."""
    if isinstance(node, Scalar):
        return None if node.value is None else printed(node)
    return [text(item, key) for item in items(node, key)]


def pairs(node: Node, key: str) -> dict[str, Json]:
    """NAME=value lines or a table. A name without a value takes it from the environment, which is empty: none."""
    found: dict[str, Json] = {}
    if isinstance(node, Sequence):
        for item in node.items:
            name, equals, value = text(item, key).partition("=")
            if equals:
                found[_name(name, key, item.line)] = value
        return found
    for name, entry in table(node, key).items():
        if not isinstance(entry.node, Scalar):
            raise Wrong(f"“{name}” in “{key}” takes a text.", entry.node.line)
        if entry.node.value is not None:
            found[_name(name, key, entry.line)] = printed(entry.node)
    return found


def _name(name: str, key: str, line: int) -> str:
    if not name or "\0" in name:
        raise Wrong(f"A name is missing in “{key}”.", line)
    return name


def fields(node: Node, key: str, shapes: Mapping[str, Shape], needed: tuple[str, ...] = ()) -> dict[str, Json]:
    """A table with these keys and no others, each in its shape; `x-…` is anybody's and means nothing."""
    found: dict[str, Json] = {}
    for name, entry in known(node, key, shapes):
        made = shapes[name](entry.node, name)
        if made is not None:
            found[name] = made
    for name in needed:
        if name not in found:
            raise Wrong(f"“{name}” is missing in “{key}”.", node.line)
    return found


def known(node: Node, key: str, names: Mapping[str, object]) -> Iterator[tuple[str, Entry]]:
    """The entries of a table. Missing for the first that is not offered: `schema` has refused what Compose refuses."""
    for name, entry in table(node, key).items():
        if name.startswith("x-"):
            continue
        if name not in names:
            raise Missing(f"{key}.{name}", f"“{name[:60]}” is not offered here; leave it out.", entry.line)
        yield name, entry


def ignored(node: Node, key: str) -> None:
    """What is right to write and changes nothing here."""


def choice(*words: str) -> Shape:
    def chosen(node: Node, key: str) -> Json:
        said = text(node, key)
        if said not in words:
            raise Wrong(f"“{key}” is one of {', '.join(words)}.", node.line)
        return said

    return chosen
