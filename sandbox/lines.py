"""Dockerfile text → instructions with their lines: directives, comments, continuations, heredoc bodies.

The grammar is that of the newest BuildKit known here. What the engine lacks of it ends as "not available here"
(`sandbox.newer`), so reading more than the engine does no harm.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from sandbox import heredocs, instructions
from sandbox.expansion import SPACE
from sandbox.facts import Problem
from sandbox.heredocs import Heredoc
from sandbox.instructions import Instruction, Place

LINE_BYTES = 64 * 1024 - 1  # BuildKit's own bound for one line
BOM = "\ufeff"
_DIRECTIVE_NAME = re.compile(r"[ \t\f\r]*([a-zA-Z][a-zA-Z0-9]*)[ \t\f\r]*")
_DIRECTIVES = frozenset({"syntax", "escape", "check"})
_ONCE = frozenset({"syntax", "escape"})  # BuildKit before 0.15 takes `check` for a comment, so it may be repeated
_OPENERS = frozenset({"ADD", "COPY", "RUN"})


@dataclass(frozen=True, slots=True)
class Reading:
    """What a text holds. With `refusal` the reading stopped there, as BuildKit's does."""

    instructions: tuple[Instruction, ...]
    escape: str
    refusal: Problem | None


class RefusedError(Exception):
    """Inside this module: BuildKit reads no further."""

    def __init__(self, message: str, line: int) -> None:
        super().__init__(message)
        self.problem = Problem(message, line)


@dataclass(slots=True)
class Source:
    """The lines of a text, read one by one. `at` counts them, so it is the current line's number."""

    lines: Sequence[str]
    at: int = 0
    escape: str = "\\"
    directives: set[str] = field(default_factory=set)
    in_directives: bool = True

    def next(self) -> str | None:
        """The next line as it is written, without its newline."""
        if self.at == len(self.lines):
            return None
        line = self.lines[self.at]
        self.at += 1
        if len(line) > LINE_BYTES // 4 and len(line.encode("utf-8", "surrogatepass")) > LINE_BYTES:
            raise RefusedError(
                "the line is longer than 65,535 bytes, the most that a Dockerfile's line may have", self.at
            )
        return line


def split_lines(text: str) -> list[str]:
    """The lines of a file: only a line feed ends one."""
    lines = text.removeprefix(BOM).split("\n")
    if not lines[-1]:
        lines.pop()
    return lines


def read(text: str) -> Reading:
    """Every instruction of the text up to where BuildKit would stop reading."""
    source, found, stage = Source(split_lines(text)), [], -1
    refusal = None
    try:
        while (joined := _joined(source)) is not None:
            line, start = joined
            instruction = instructions.read(line, source.escape, Place(start, source.at, stage))
            if instruction.name == "FROM":
                stage += 1
                instruction = replace(instruction, stage=stage)
            if "<<" in line and instruction.fault is None:
                instruction = _with_heredocs(source, instruction)
            found.append(instruction)
    except RefusedError as refused:
        refusal = refused.problem
    return Reading(tuple(found), source.escape, refusal)


def _joined(source: Source) -> tuple[str, int] | None:
    """(the next instruction's line with its continuations, the number of its first line)."""
    while (written := source.next()) is not None:
        line = written.rstrip("\r").lstrip(SPACE)
        if source.in_directives:
            _directive(source, line)
        if not line or line[0] == "#":
            continue
        start = source.at
        line, continued = _continues(line, source.escape)
        if not continued:
            return line, start
        parts = [line]
        while continued and (written := source.next()) is not None:
            line = written.rstrip("\r")
            bare = line.lstrip(SPACE)
            if bare and bare[0] != "#":
                line, continued = _continues(line, source.escape)
                parts.append(line)
        return "".join(parts), start
    return None


def _continues(line: str, escape: str) -> tuple[str, bool]:
    """(the line without its continuation character, whether it had one). An escaped one does not count."""
    bare = line.rstrip(" \t")
    if bare.endswith(escape) and bare[-2:-1] != escape:
        return bare[:-1], True
    return line, False


def directive(line: str) -> tuple[str, str] | None:
    """(key in lower case, value) of a `# key=value` line whose key BuildKit knows."""
    if not line.startswith("#"):
        return None
    return directive_text(line[1:])


def directive_text(text: str) -> tuple[str, str] | None:
    """The same for what follows the comment's sign."""
    name, equals, value = text.partition("=")
    match = _DIRECTIVE_NAME.fullmatch(name)
    value = value.strip("\t\n\f\r ")
    if match is None or not equals or not value or match[1].lower() not in _DIRECTIVES:
        return None
    return match[1].lower(), value


def _directive(source: Source, line: str) -> None:
    found = directive(line)
    if found is None:
        source.in_directives = False
        return
    key, value = found
    if key in source.directives and key in _ONCE:
        raise RefusedError(
            f"the directive “{key}” stands here a second time; a Dockerfile has each at most once", source.at
        )
    source.directives.add(key)
    if key == "escape":
        if value not in ("\\", "`"):
            raise RefusedError("the escape character can be \\ or `, nothing else", source.at)
        source.escape = value


def _with_heredocs(source: Source, instruction: Instruction) -> Instruction:
    holder = instruction.trigger or instruction
    if holder.name not in _OPENERS or holder.json is not None:
        return instruction
    try:
        opened = heredocs.opened_by(instruction.original)
    except ValueError:
        raise RefusedError("the quotes around a heredoc's word do not match", instruction.start_line) from None
    if not opened:
        return instruction
    filled = tuple(_filled(source, heredoc, instruction.start_line) for heredoc in opened)
    return replace(instruction, heredocs=filled, end_line=source.at)


def _filled(source: Source, heredoc: Heredoc, opened_at: int) -> Heredoc:
    """The heredoc with its lines, up to the one that closes it."""
    start = source.at + 1
    content: list[str] = []
    while (line := source.next()) is not None:
        bare = line.rstrip("\r")
        if (bare.lstrip("\t") if heredoc.chomp else bare) == heredoc.name:
            return replace(heredoc, content="".join(content), start_line=start, end_line=source.at)
        content.append(line + "\n")
    raise RefusedError(f"the heredoc “{heredoc.name}” is not closed: no line holds only {heredoc.name}", opened_at)
