"""A YAML document as a tree in which everything knows its line, and how reading it says that something is wrong."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TypeAlias, Union

from sandbox.facts import Problem, Unavailable

FILE = "compose.yaml"
Json: TypeAlias = Union[bool, int, float, str, "list[Json]", "dict[str, Json]", None]


class Date(str):
    """A plain text that Compose's parser takes for a date, and no key of the specification takes one."""

    __slots__ = ()


Value = str | int | float | bool | None


@dataclass(frozen=True, slots=True)
class Scalar:
    value: Value
    text: str  # as the file spells it
    line: int
    unset: tuple[str, ...] = ()  # variables without a value, which became nothing


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
    """What Compose or the engine would not take either: the learner's failure, counted, with its line."""

    def __init__(self, message: str, line: int | None) -> None:
        super().__init__(message)
        self.problem = Problem(message, line, FILE)

    @property
    def line(self) -> int | None:
        return self.problem.line

    def add(self, first: str) -> None:
        """Say this before the rest."""
        self.problem = replace(self.problem, message=first + self.problem.message)


class Missing(Exception):
    """What Compose takes and this sandbox does not offer, and each limit of the sandbox: not counted, with its line."""

    def __init__(self, name: str, message: str, line: int | None, *, image: bool = False) -> None:
        super().__init__(message)
        self.what = Unavailable("image" if image else "feature", name[:200], message, line, FILE)

    @property
    def line(self) -> int | None:
        return self.what.line

    def add(self, first: str) -> None:
        """Say this before the rest."""
        self.what = replace(self.what, message=first + self.what.message)
