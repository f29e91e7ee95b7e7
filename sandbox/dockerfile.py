"""Dockerfile text → instructions with lines, stages, and what BuildKit would refuse; pure, in linear time.

The door of the parser: `lines` reads the text, `grammar` judges single instructions, `stages` what they
build.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass

from sandbox import lines, stages
from sandbox.facts import Problem
from sandbox.grammar import complaint
from sandbox.heredocs import Heredoc
from sandbox.instructions import Instruction
from sandbox.stages import Reference, Stage, mounts

__all__ = [
    "Dockerfile",
    "Heredoc",
    "Instruction",
    "Reference",
    "Stage",
    "drop_syntax",
    "harmless_syntax",
    "layer_instructions",
    "mounts",
    "name_stages",
    "parse",
    "reachable",
    "references",
]

MOST_PROBLEMS = 20  # a text that is no Dockerfile at all would otherwise yield one for each line
_HARMLESS = re.compile(
    r"(?:docker\.io/)?docker/dockerfile(?::(?:1(?:\.[0-9]+){0,2}(?:-labs)?|latest))?(?:@sha256:[0-9a-f]{64})?"
)


@dataclass(frozen=True, slots=True)
class Dockerfile:
    """A parsed Dockerfile. With `problems`, BuildKit would refuse it; what was read before them is here."""

    instructions: tuple[Instruction, ...]
    stages: tuple[Stage, ...]
    problems: tuple[Problem, ...]  # in the order of their lines
    syntax: str | None  # the image of another parser that the text asks for
    syntax_line: int | None
    escape: str

    def stage_named(self, name: str) -> str | None:
        """The stage that a `--from` value means, as `--target` takes it; None when it means an image.

        A stage without a name comes back as its number, which `COPY --from` takes and `--target` does not.
        """
        index = stages.index_of(self.stages, name)
        if index is None:
            return None
        own = self.stages[index].name
        return own if own is not None and stages.index_of(self.stages, own) == index else str(index)


def parse(text: str) -> Dockerfile:
    """Never raises; what is wrong is in `problems`."""
    reading = lines.read(text)
    found = stages.stages_of(reading.instructions, reading.escape)
    syntax, line = _syntax(text)
    problems = tuple(_problems(reading, text))
    return Dockerfile(reading.instructions, found, problems, syntax, line, reading.escape)


def _problems(reading: lines.Reading, text: str) -> Iterator[Problem]:
    if not reading.instructions and reading.refusal is None:
        yield Problem("the Dockerfile is empty" if not text.strip() else "the Dockerfile holds no instruction")
        return
    count = 0
    outside = False  # an instruction that belongs to a stage came before the first FROM: said once
    for instruction in reading.instructions:
        message = complaint(instruction)
        if message is None and instruction.stage < 0 and instruction.name != "ARG" and not outside:
            outside = True
            message = f"{instruction.name} stands before the first FROM; only ARG may"
        if message is not None:
            yield Problem(message, instruction.start_line)
            count += 1
        if count == MOST_PROBLEMS:
            return
    if reading.refusal is not None:
        yield reading.refusal
    elif count == 0 and reading.instructions[-1].stage < 0:
        yield Problem("there is no FROM: a Dockerfile begins with the image it stands on")


def references(parsed: Dockerfile) -> tuple[Reference, ...]:
    """Every image from outside that the file asks for, variables filled in."""
    return stages.references(parsed.instructions, parsed.stages)


def reachable(parsed: Dockerfile) -> frozenset[int]:
    """The stages that the final one needs; BuildKit builds no other."""
    return stages.reachable(parsed.instructions, parsed.stages)


def layer_instructions(parsed: Dockerfile, stage: str | None) -> list[Instruction]:
    """The instructions that make layers with files in `stage` (None: the final one), oldest first."""
    index = len(parsed.stages) - 1 if stage is None else stages.index_of(parsed.stages, stage)
    if index is None or index < 0:
        return []
    return stages.layers_of(parsed.instructions, parsed.stages, index)


def _syntax(text: str) -> tuple[str | None, int | None]:
    """The parser's image in each of the three forms that BuildKit looks for, and its line."""
    rows = text.removeprefix(lines.BOM).split("\n")
    skipped = 1 if rows[0].startswith("#!") else 0
    for sign in ("#", "//"):
        for number, row in enumerate(rows[skipped:], skipped + 1):
            found = lines.directive_text(row.removeprefix(sign)) if row.startswith(sign) else None
            if found is None:
                break
            if found[0] == "syntax":
                return found[1].split(" ", maxsplit=1)[0], number
    return _syntax_in_json("\n".join(rows[skipped:]), skipped + 1)


def _syntax_in_json(text: str, line: int) -> tuple[str | None, int | None]:
    if not text.lstrip(" \t\r\n").startswith("{"):
        return None, None
    try:
        value = json.loads(text, parse_int=float, parse_float=float)
    except (ValueError, RecursionError):
        return None, None
    keys = value.items() if isinstance(value, dict) else ()
    syntax = next((text for key, text in keys if key.casefold() == "syntax"), None)  # Go takes a key in any case
    return (syntax, line) if isinstance(syntax, str) else (None, None)


def harmless_syntax(syntax: str) -> bool:
    """Does it name the parser that BuildKit has built in?"""
    return _HARMLESS.fullmatch(syntax) is not None


def drop_syntax(text: str) -> str:
    """The text without a harmless `# syntax=` line, every instruction still on its line.

    An empty comment takes its room at the *end* of the directives: put in its place, it would end them, and
    an `escape` after it would no longer count.
    """
    syntax, number = _syntax(text)
    if syntax is None or number is None or not harmless_syntax(syntax):
        return text
    mark = lines.BOM if text.startswith(lines.BOM) else ""
    rows = text.removeprefix(mark).split("\n")
    row = rows[number - 1]
    if not row.startswith("#"):
        return text
    last = number
    while last < len(rows) and (found := lines.directive(rows[last])) is not None:
        if found[0] == "syntax":
            return text  # a second one is refused anyway, and must not become the first
        last += 1
    ending = "\r" if row.endswith("\r") else ""
    rows[number - 1 : last] = [*rows[number:last], f"#{ending}"]
    return mark + "\n".join(rows)


def name_stages(text: str) -> str:
    """The text with a name for each stage but the last that has none, so that `--target` can reach it.

    The name is the one BuildKit shows for it (`stage-0`), so its steps read the same, and every line stays.
    """
    parsed = parse(text)
    taken = {stage.name for stage in parsed.stages}
    rows = text.split("\n")
    for instruction in parsed.instructions:
        name = f"stage-{instruction.stage}"
        last = instruction.stage == len(parsed.stages) - 1
        if instruction.name != "FROM" or len(instruction.args) != 1 or last or name in taken:
            continue
        if instruction.start_line == instruction.end_line:
            row = rows[instruction.start_line - 1]
            bare = row.rstrip()
            rows[instruction.start_line - 1] = f"{bare} AS {name}{row[len(bare) :]}"
    return "\n".join(rows)
