"""compose.yaml → nodes: the YAML that Compose reads, from PyYAML's events, bounded in depth and size.

No Python object is ever constructed from a tag. Plain scalars mean what they mean to Compose's own parser: `yes` and
`22:22` are texts, `true` and `0o17` are not. Aliases are shared, never copied, and count as often as they are used.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import yaml

from sandbox.compose.interpolation import interpolated
from sandbox.compose.nodes import Date, Entry, Missing, Node, Scalar, Sequence, Table, Value, Wrong
from sandbox.compose.notyaml import sentence

DEPTH, WEIGHT = 24, 20_000  # levels, and nodes with aliases written out; real files have 6 and some hundreds
_TAG = "tag:yaml.org,2002:"
_WORDS: dict[str, Value] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_INT = re.compile(r"[-+]?(0[xX][0-9a-fA-F_]+|0[oO]?[0-7_]*|0[bB][01_]+|[1-9][0-9_]*)")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_ODD_FLOAT = re.compile(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")
_DATE = re.compile(r"\d{4}-\d{1,2}-\d{1,2}(([Tt]|[ \t]+)\d{1,2}:\d\d:\d\d(\.\d*)?([ \t]*(Z|[-+]\d\d?(:?\d\d)?))?)?")
_RESET, _OVERRIDE = "!reset", "!override"  # Compose's own: leave it out, and take it as it is
_TAGS = frozenset({None, "!", _OVERRIDE})


@dataclass(slots=True)
class _Reader:
    """Builds the tree from a stream of events."""

    events: Iterator[yaml.Event]
    anchors: dict[str, tuple[Node, int]] = field(default_factory=dict)  # node and weight

    def next(self) -> yaml.Event:
        return next(self.events)

    def node(self, event: yaml.Event, depth: int) -> tuple[Node, int]:
        """(node, weight). Missing: too deep, or too many parts."""
        line = _line(event)
        if depth > DEPTH:
            raise Missing("depth", f"A file is read to {DEPTH} levels here; this one is nested deeper.", line)
        if isinstance(event, yaml.AliasEvent):
            if event.anchor not in self.anchors:
                raise Wrong(f"“*{event.anchor}” names no anchor above it.", line)
            return self.anchors[event.anchor]
        made: tuple[Node, int]
        if isinstance(event, yaml.ScalarEvent):
            made = _scalar(event, line), 1
        elif isinstance(event, yaml.SequenceStartEvent):
            _only(event.tag, "seq", line)
            made = self._sequence(line, depth)
        else:
            assert isinstance(event, yaml.MappingStartEvent)  # noqa: S101  # the parser's grammar has no other
            _only(event.tag, "map", line)
            made = self._table(line, depth)
        if made[1] > WEIGHT:
            raise _too_large(line)
        if event.anchor:
            self.anchors[event.anchor] = made
        return made

    def _sequence(self, line: int, depth: int) -> tuple[Node, int]:
        items, total = [], 1
        while not isinstance(event := self.next(), yaml.SequenceEndEvent):
            item, weight = self.node(event, depth + 1)
            if not _is_reset(event):
                items.append(item)
            total += weight
            _bounded(total, line)
        return Sequence(tuple(items), line), total

    def _table(self, line: int, depth: int) -> tuple[Node, int]:
        own: dict[str, Entry] = {}
        merged: dict[str, Entry] = {}
        merges = total = 0
        while not isinstance(event := self.next(), yaml.MappingEndEvent):
            at = _line(event)
            key = self._key(event, at)
            event = self.next()
            value, weight = self.node(event, depth + 1)
            total += 1 + weight
            _bounded(total, line)
            if key is None:
                merges += 1
                merged = {**_merged(value, at), **merged}
            elif key in own:
                raise Wrong(f"“{key}” is here twice; the first is on line {own[key].line}.", at)
            elif not _is_reset(event):
                own[key] = Entry(at, value)
            if merges > 1:
                raise Wrong("“<<” is here twice; give one “<<” a list: <<: [*one, *other].", at)
        return Table({**merged, **own}, line), total + 1

    def _key(self, event: yaml.Event, line: int) -> str | None:
        """None: the merge key."""
        if isinstance(event, yaml.AliasEvent):
            node = self.node(event, 0)[0]
        elif isinstance(event, yaml.ScalarEvent):
            if event.value == "<<" and not event.style:
                return None
            node = _scalar(event, line, interpolate=False)
        else:
            raise Wrong("A key has to be a single word or text.", line)
        if not isinstance(node, Scalar) or not isinstance(node.value, str):
            raise Wrong("A key has to be a text; put it into quotes.", line)
        return node.value


def load(text: str) -> Node:
    """The document. Wrong says why there is none, and where."""
    try:
        reader = _Reader(iter(yaml.parse(text, Loader=yaml.CSafeLoader)))
        reader.next()  # the stream's start
        if isinstance(reader.next(), yaml.StreamEndEvent):
            raise Wrong("The file is empty; it has to describe at least one service.", None)
        node, _ = reader.node(reader.next(), 0)
        reader.next()  # the document's end
        last = reader.next()
        if not isinstance(last, yaml.StreamEndEvent):
            raise Missing("documents", "Several documents in one file are not offered here; write one.", _line(last))
    except yaml.MarkedYAMLError as error:
        raise Wrong(*sentence(text, error)) from error
    except (yaml.YAMLError, UnicodeError) as error:
        raise Wrong("The file holds characters that YAML does not allow.", None) from error
    return node


def _line(event: yaml.Event) -> int:
    return event.start_mark.line + 1 if event.start_mark else 1


def _is_reset(event: yaml.Event) -> bool:
    return getattr(event, "tag", None) == _RESET


def _scalar(event: yaml.ScalarEvent, line: int, *, interpolate: bool = True) -> Scalar:
    tag, text = event.tag, event.value
    if tag not in {*_TAGS, _RESET, *(_TAG + name for name in ("str", "int", "float", "bool", "null"))}:
        raise Missing(f"tag {tag}", f"The tag “{tag}” is not offered here; leave it out.", line)
    value: Value = _tagged(tag, text, line) if tag and tag.startswith(_TAG) else text
    if not event.style and tag in {None, _OVERRIDE, _RESET}:
        value = _resolved(text)
    unset: tuple[str, ...] = ()
    if interpolate and isinstance(value, str) and not isinstance(value, Date):
        value, unset = interpolated(value, line)
    return Scalar(value, text, line, unset)


def _tagged(tag: str, text: str, line: int) -> Value:
    """`!!int 5`: the value has to be of that kind."""
    if tag == f"{_TAG}str":
        return text
    value = _resolved(text)
    kinds: dict[str, tuple[type[Any], ...]] = {"int": (int,), "float": (int, float), "bool": (bool,)}
    if type(value) not in kinds.get(tag.removeprefix(_TAG), (type(None),)):
        raise Wrong(f"“{text[:40]}” is not what its tag “{tag}” says.", line)
    return value


def _resolved(text: str) -> Value:
    """A plain scalar as Compose's parser reads it."""
    if text in _WORDS:
        return _WORDS[text]
    if len(text) <= 64 and _DATE.fullmatch(text):
        return Date(text)
    if len(text) <= 64 and _INT.fullmatch(text):
        return _integer(text.replace("_", "").lower(), text)
    if len(text) <= 64 and _FLOAT.fullmatch(text):
        number = float(text)
        return number if math.isfinite(number) else text
    return text if not _ODD_FLOAT.fullmatch(text) else text.lower()


def _integer(digits: str, text: str) -> int | str:
    sign = -1 if digits.startswith("-") else 1
    digits = digits.lstrip("+-")
    if digits in {"0x", "0o", "0b"}:
        return text
    if len(digits) > 1 and digits[0] == "0" and digits[1].isdigit():
        return sign * int(digits, 8)
    return sign * int(digits, 0)


def _merged(value: Node, line: int) -> dict[str, Entry]:
    """What `<<` brings: of several tables, the first one that has a key wins."""
    found: dict[str, Entry] = {}
    for table in reversed(value.items if isinstance(value, Sequence) else (value,)):
        if not isinstance(table, Table):
            raise Wrong("“<<” takes another table's keys; it needs an alias of one, like *name.", line)
        found |= table.entries
    return found


def _only(tag: str | None, kind: str, line: int) -> None:
    if tag not in {*_TAGS, _RESET, _TAG + kind}:
        raise Missing(f"tag {tag}", f"The tag “{tag}” is not offered here; leave it out.", line)


def _bounded(total: int, line: int) -> None:
    if total > WEIGHT:
        raise _too_large(line)


def _too_large(line: int) -> Missing:
    return Missing("size", f"A file has at most {WEIGHT:,} parts here, with its aliases written out.", line)
