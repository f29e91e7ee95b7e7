"""What is wrong with a text that is not YAML, in a beginner's words: tabs, missing spaces, indentation, quotes."""

from __future__ import annotations

import re
from collections.abc import Iterator

import yaml

from sandbox.compose import schema

_NO_SPACE = re.compile(r"\s*(?:- )?([A-Za-z_][\w-]*):[^\s/]")
_LIST_NO_SPACE = re.compile(r"\s*-[^\s-]")


def sentence(text: str, error: yaml.MarkedYAMLError) -> tuple[str, int | None]:
    """(what is wrong, its line)."""
    mark = error.problem_mark or error.context_mark
    lines = text.splitlines() or [""]
    number = min(mark.line + 1, len(lines)) if mark else len(lines)
    return next(_sentences(lines, number, f"{error.context or ''} {error.problem or ''}"))


def _sentences(lines: list[str], number: int, said: str) -> Iterator[tuple[str, int | None]]:
    """The likeliest cause first. YAML's own parser may notice a line or more after the one that is wrong."""
    for at in range(number, max(0, number - 3), -1):
        line = lines[at - 1]
        if "\t" in line[: len(line) - len(line.lstrip())]:
            yield "This line is indented with a tab. YAML takes spaces only: write two for each level.", at
        no_space = _NO_SPACE.match(line)
        if no_space and no_space[1] in _keys():
            yield f"A space is missing after “{no_space[1]}:”.", at
        if at < number and _LIST_NO_SPACE.match(line) and "anchor" not in said:
            yield "A space is missing after “-”.", at
    if "quoted scalar" in said:
        yield f"A quote is opened {_where(said, number)}and not closed.", number
    if "flow" in said:
        yield "A bracket is not closed, or a comma is missing between two entries.", number
    if "alias" in said or "anchor" in said:
        yield f"An anchor or alias is not written right: {said.strip()}.", number
    if "mapping values are not allowed" in said:
        yield _second_colon(lines[number - 1]), number
    if "expected" in said or "block" in said:
        yield _indentation(lines, number), number
    yield f"This is not YAML: {said.strip()}.", number


def _keys() -> frozenset[str]:
    return frozenset(schema.parents()) | {"services", "networks", "volumes", "configs", "secrets", "version", "name"}


def _where(said: str, number: int) -> str:
    return "" if "end of stream" not in said else f"at or above line {number} "


def _second_colon(line: str) -> str:
    if line.count(": ") + line.rstrip().endswith(":") > 1:
        return "A second “: ” follows in this line; put text that has one into quotes."
    return "This line is indented further than the other keys of its level; give all of them the same number of spaces."


def _indentation(lines: list[str], number: int) -> str:
    indents = sorted({len(line) - len(line.lstrip()) for line in lines[: number - 1] if line.strip()})
    own = len(lines[number - 1]) - len(lines[number - 1].lstrip())
    if own in indents:
        return "This line does not go on from the one above it. Is a “:” missing, or are lists and keys mixed here?"
    return (
        f"This line is indented by {own} space{'' if own == 1 else 's'}, as no level above it is "
        f"({', '.join(map(str, indents))}); keys of one level are indented by the same number of spaces."
    )
