"""Facts as anybody may print them: no text in them steers a terminal or turns the reading direction."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from typing import Any, TypeVar

from sandbox.logs import visible

T = TypeVar("T")


def plain(value: T) -> T:
    """The same dataclass, tuple, list or mapping, with every control in its texts as a sign; see `logs.visible`."""
    same: T = _plain(value)  # each branch below keeps its type
    return same


def _plain(value: Any) -> Any:
    if isinstance(value, str):
        return visible(value)
    if isinstance(value, tuple | list):
        return type(value)(map(_plain, value))
    if isinstance(value, Mapping):
        return {_plain(key): _plain(entry) for key, entry in value.items()}
    if is_dataclass(value) and not isinstance(value, type):
        return replace(value, **{field.name: _plain(getattr(value, field.name)) for field in fields(value)})
    return value
