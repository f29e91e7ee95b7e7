"""The parser on anything at all: beside BuildKit's own, and by itself where there is nothing to compare."""

from __future__ import annotations

import re

import dockerfile as buildkit
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from sandbox.context import for_builder
from sandbox.dockerfile import (
    Dockerfile,
    drop_syntax,
    harmless_syntax,
    layer_instructions,
    mounts,
    name_stages,
    parse,
    reachable,
    references,
)
from sandbox.expansion import SPACE
from sandbox.instructions import NAMES
from sandbox.plan import Plan
from tests.sandbox.test_dockerfile_differential import TEXT, comparable, ours, theirs

pytestmark = pytest.mark.fuzz

ATOMS = st.sampled_from(
    [
        *["FROM a", "FROM a AS b", "FROM b", *sorted(NAMES), "run", "Copy", "NONE", "AS", "CMD x"],
        *["\n", "\n", "\n", "\n\n", " ", "  ", "\t", "\\\n", "\\ \n", "`\n", "\r\n", "\r", "\\\r\n"],
        *["#", "# x\n", "# escape=`\n", "# syntax=x\n", "#escape=\\\n", "//syntax=x\n", "\ufeff", "#!/x\n"],
        *["# syntax=docker/dockerfile:1\n", "#syntax = docker/dockerfile:1.7-labs\r\n", '{"syntax": "x"}'],
        *["<<EOF", "<<-EOF", "<<'EOF'", '<<"EOF"', "<<E", "<<", "EOF", "\nEOF\n", "\n\tEOF\n", "\nE\n", "3<<EOF"],
        *["<<<x", "<<$a", "<<${a}", "<<\\EOF", "<<'E'OF", "<< EOF", "\nEOF"],
        *["'", '"', "\\", "`", "$a", "${a}", "${a:-b}", "${a-b}", "${a:+b}", "${a?b}", "${a:?b}", "${", "}", "$"],
        *["${a#b}", "${a%%*}", "${a/b/c}", "${a//?/}", "${a:-${b:-$c}}", "ARG a=1", "ARG a", "ARG a=$a$a", "FROM $a"],
        *["a", "b=c", "d", "x=", "=y", "--from=a", "--from=0", "--x", "--", "-", "--a=b", "--'q", "[", "]", '["a"]'],
        *['["a","b"]', "[1]", '{"a":1}', "[null]", "[]", '["\\u0041"]', '["\\ud800"]', ",", ":", "@", ".", "/", "*"],
        *["--mount=type=bind,from=b,target=/x", '--mount="from=c', "--mount=,", "--chown=à--from=x"],
        *[
            "\x0b",
            "\x0c",
            "\x85",
            "\xa0",
            "\u2003",
            "\u2028",
            "\u200b",
            "\x1c",
            "\x1f",
            "\x7f",
            "é",
            "\u0130",
            "\u0131",
            "\u017f",
        ],
        *["\u0130", "\u0131", "\u017f", "\u212a", "\U0001f600", "\x01"],
    ]
)
PIECES = st.lists(st.tuples(ATOMS, st.sampled_from(["", "", " "])).map("".join), max_size=14).map("".join)
ANYTHING = PIECES | TEXT | st.text(max_size=80) | PIECES.map(lambda text: f"FROM a\n{text}")
# What newer BuildKits read differently from the one in the wheel.
NEWER = re.compile(r"\$\{\w+[/#%]|^\s*#\s*check\s*=", re.MULTILINE | re.IGNORECASE)
AFTER_JSON = re.compile(r"\[[^\]\n]*\](.*)")
WITH_PARTS = {"ONBUILD", "HEALTHCHECK"}  # the wheel tells what they hold in a form of its own


def alike(text: str) -> bool:
    """Does the wheel's BuildKit read this text by the same rules as the one that builds here?"""
    after = any(match[1].strip(SPACE) for match in AFTER_JSON.finditer(text))
    return not NEWER.search(text) and not after and comparable(text) and "\0" not in text


@given(ANYTHING.filter(alike))
@example("FROM a\nCOPY --chown=à--from=evil/image / /x\n")
@example("F --\x85G")
def test_buildkit_finds_the_same_instructions_with_the_same_arguments(text: str) -> None:
    expected, parsed = theirs(text), parse(text)
    if expected is None:
        assert parsed.problems
    elif not any(instruction.fault for instruction in parsed.instructions):
        assert [ours(instruction) for instruction in parsed.instructions] == expected
        for command, own in zip(buildkit.parse_string(text), parsed.instructions, strict=True):
            if own.name in NAMES - WITH_PARTS:
                assert tuple(command.value) == own.args


def used(text: str) -> Dockerfile:
    """Everything that we ever ask of a Dockerfile."""
    parsed = parse(text)
    references(parsed)
    layer_instructions(parsed, None)
    for stage in parsed.stages:
        layer_instructions(parsed, stage.name or str(stage.index))
        parsed.stage_named(stage.name or "")
    for instruction in parsed.instructions:
        mounts(instruction)
    if parsed.syntax is not None:
        harmless_syntax(parsed.syntax)
    return parsed


@given(ANYTHING)
def test_nothing_is_raised_and_every_line_is_in_its_place(text: str) -> None:
    parsed, lines = used(text), text.count("\n") + 1
    at = 0
    for instruction in parsed.instructions:
        assert at < instruction.start_line <= instruction.end_line <= lines
        at = instruction.end_line
    told = [problem.line for problem in parsed.problems if problem.line is not None]
    assert told == sorted(told)
    assert all(1 <= line <= lines for line in told)
    assert [stage.index for stage in parsed.stages] == list(range(len(parsed.stages)))
    assert all(stage.from_stage is None or stage.from_stage < stage.index for stage in parsed.stages)
    assert reachable(parsed) <= {stage.index for stage in parsed.stages}


@given(ANYTHING)
def test_what_is_said_about_it_is_short_and_can_be_stored(text: str) -> None:
    for problem in used(text).problems:
        problem.message.encode("utf-8", "surrogatepass" if any("\ud800" <= c <= "\udfff" for c in text) else "strict")
        assert len(problem.message) < 400


@given(ANYTHING)
def test_what_the_builder_gets_keeps_every_instruction_on_its_line(text: str) -> None:
    before, after = parse(text), parse(for_builder(Plan("lab", {}, {"Dockerfile": text}, ())))
    if before.problems:
        return  # it is refused, and no builder sees it
    assert [(i.name, i.start_line, i.end_line) for i in after.instructions] == [
        (i.name, i.start_line, i.end_line) for i in before.instructions
    ]
    assert after.escape == before.escape
    assert not after.problems
    assert [s.base for s in after.stages] == [s.base for s in before.stages]
    assert [r.name for r in references(after)] == [r.name for r in references(before)]


@given(ANYTHING)
def test_preparing_a_text_twice_changes_nothing_more(text: str) -> None:
    once = name_stages(drop_syntax(text))
    assert name_stages(once) == once


@given(ANYTHING)
def test_no_foreign_parser_is_left_after_a_harmless_one_was_dropped(text: str) -> None:
    syntax = parse(text).syntax
    if syntax is not None and not harmless_syntax(syntax):
        assert parse(drop_syntax(text)).syntax == syntax
