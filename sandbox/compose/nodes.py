"""A YAML document as a tree in which everything knows its line, and how reading it says that something is wrong."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias, Union

from sandbox.facts import Problem, Unavailable

FILE = "compose.yaml"
Json: TypeAlias = Union[bool, int, float, str, "list[Json]", "dict[str, Json]", None]
Value = str | int | float | bool | None


@dataclass(frozen=True, slots=True)
class Scalar:
    value: Value
    text: str  # as the file spells it
    line: int


@dataclass(frozen=True, slots=True)
class Sequence:
    items: tuple[Node, ...]
    line: int


@dataclass(frozen=True, slots=True)
class Entry:
    """One key of a mapping, with the line of the key."""

    line: int
    node: Node


@dataclass(frozen=True, slots=True)
class Table:
    entries: Mapping[str, Entry]
    line: int


Node = Scalar | Sequence | Table


class Wrong(Exception):
    """The file says what Compose would not take either: a learner's failure, with its line."""

    def __init__(self, message: str, line: int | None) -> None:
        super().__init__(message)
        self.problem = Problem(message, line, FILE)


class Missing(Exception):
    """The file asks for what this sandbox never gives; costs no attempt."""

    def __init__(self, name: str, message: str, line: int | None, *, image: bool = False) -> None:
        super().__init__(message)
        self.what = Unavailable("image" if image else "feature", name[:200], message, line, FILE)
