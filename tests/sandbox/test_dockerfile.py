from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox import dockerfile
from sandbox.dockerfile import drop_syntax, layer_instructions, parse, references
from sandbox.limits import FILE_BYTES


def names(text: str) -> list[tuple[str, int, int]]:
    return [(i.name, i.start_line, i.end_line) for i in parse(text).instructions]


def first_problem(text: str) -> tuple[str, int | None]:
    problem = parse(text).problems[0]
    return problem.message, problem.line


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("FROM a\nRUN b", [("FROM", 1, 1), ("RUN", 2, 2)]),
        ("\ufeff\n  from a\r\nrun b\r\n", [("FROM", 2, 2), ("RUN", 3, 3)]),
        ("FROM a\nRUN b \\\n\n  # note\n c\nCMD d", [("FROM", 1, 1), ("RUN", 2, 5), ("CMD", 6, 6)]),
        ("FROM a\nRUN b \\  \n c", [("FROM", 1, 1), ("RUN", 2, 3)]),
        ("FROM a\nRUN b \\\\\nCMD c", [("FROM", 1, 1), ("RUN", 2, 2), ("CMD", 3, 3)]),
        ("# escape=`\nFROM a\nRUN b `\n c", [("FROM", 2, 2), ("RUN", 3, 4)]),
        ("# hello\n# escape=`\nFROM a\nRUN b \\\n c", [("FROM", 3, 3), ("RUN", 4, 5)]),
        ("\n# escape=`\nFROM a\nRUN b \\\n c", [("FROM", 3, 3), ("RUN", 4, 5)]),
        ("# EsCape = `\nFROM a\nRUN b `\n c", [("FROM", 2, 2), ("RUN", 3, 4)]),
        ("FROM a\nRUN <<EOF\nFROM b\nEOF\nCMD c", [("FROM", 1, 1), ("RUN", 2, 4), ("CMD", 5, 5)]),
        ("FROM a\nCOPY <<X <<Y /d\nY\nX\nX\nY\nCMD c", [("FROM", 1, 1), ("COPY", 2, 6), ("CMD", 7, 7)]),
        ("FROM a\nONBUILD RUN <<E\nx\nE\nCMD c", [("FROM", 1, 1), ("ONBUILD", 2, 4), ("CMD", 5, 5)]),
        ('FROM a\nRUN ["<<EOF"]\nCMD c', [("FROM", 1, 1), ("RUN", 2, 2), ("CMD", 3, 3)]),
        ('FROM a\nRUN echo "<<EOF"\nCMD c', [("FROM", 1, 1), ("RUN", 2, 2), ("CMD", 3, 3)]),
        ("FROM a\nUSER <<EOF\nCMD c", [("FROM", 1, 1), ("USER", 2, 2), ("CMD", 3, 3)]),
        ("FROM a\nRUN cat \\\n <<EOF \\\n x\nEOF\nCMD c", [("FROM", 1, 1), ("RUN", 2, 5), ("CMD", 6, 6)]),
        ("FROM a\nRUN b \\", [("FROM", 1, 1), ("RUN", 2, 2)]),
    ],
)
def test_it_finds_instructions_with_their_lines(text: str, expected: list[tuple[str, int, int]]) -> None:
    assert names(text) == expected
    assert not parse(text).problems


def test_a_heredoc_keeps_its_body_and_its_rules() -> None:
    run = parse("FROM a\nRUN <<-'E'  3<<F cat\n\thi $x\n\tE\nF").instructions[1]
    assert [(h.name, h.chomp, h.expand, h.descriptor, h.content) for h in run.heredocs] == [
        ("E", True, False, 0, "\thi $x\n"),
        ("F", False, True, 3, ""),
    ]
    assert [(h.start_line, h.end_line) for h in run.heredocs] == [(3, 4), (5, 5)]


def test_flags_are_apart_from_the_text() -> None:
    copy = parse('FROM a AS b\nCOPY --from=b --chown="x y" --link \\\n  src /dst').instructions[1]
    assert copy.flags == (("from", "b"), ("chown", "x y"), ("link", None))
    assert (copy.flag("from"), copy.flag("link"), copy.flag("chmod")) == ("b", "", None)
    assert (copy.value, copy.args) == ("src /dst", ("src", "/dst"))
    assert copy.original == 'COPY --from=b --chown="x y" --link   src /dst'


def test_two_hyphens_end_the_flags() -> None:
    assert parse("FROM a\nRUN -- --help").instructions[1].value == "--help"


@pytest.mark.parametrize(
    ("line", "items"),
    [
        ('CMD ["a", "b c"]', ("a", "b c")),
        ("CMD []", ()),
        ("CMD ['a']", None),
        ('CMD ["a"', None),
        ('RUN [ "$x" = 1 ]', None),
        ("CMD [NaN]", None),
        ('HEALTHCHECK --interval=3s CMD ["a"]', ("a",)),
        ('ENTRYPOINT ["\\u00e9"]', ("é",)),
    ],
)
def test_the_json_form_is_json_or_else_shell(line: str, items: tuple[str, ...] | None) -> None:
    assert parse(f"FROM a\n{line}").instructions[1].json == items


@pytest.mark.parametrize(
    ("line", "args"),
    [
        ("ENV a=1 b='2 3'", ("a", "1", "b", "'2 3'")),
        ("ENV a b c", ("a", "b c")),
        ("ENV a=b\\ c", ("a", "b\\ c")),
        ("LABEL a=", ("a", "")),
        ("ARG a b=1", ("a", "b=1")),
        ("HEALTHCHECK none", ("none",)),
        ("HEALTHCHECK CMD curl x", ("CMD", "curl x")),
        ("ONBUILD COPY --from=x a b", ("COPY", "a", "b")),
    ],
)
def test_arguments_are_read_as_their_instruction_reads_them(line: str, args: tuple[str, ...]) -> None:
    assert parse(f"FROM a\n{line}").instructions[1].args == args


@pytest.mark.parametrize(
    ("text", "words", "line"),
    [
        ("", "empty", None),
        ("# only a comment\n", "no instruction", None),
        ("ARG a=1\n", "no FROM", None),
        ("RUN a\nFROM b", "RUN stands before the first FROM", 1),
        ("FRMO debian", "FRMO is not a Dockerfile instruction; did you mean FROM?", 1),
        ("FROM a\nxyzzy b", "xyzzy is not a Dockerfile instruction", 2),
        ("FROM a\nRUN <<EOF\nx\n", "EOF", 2),
        ("FROM a\nCOPY <<EOF\nx\nEOF\n", "a source and a destination", 2),
        ("FROM a\nCOPY <<A <<B\nA\nB\n", "needs a destination after its heredoc", 2),
        ("FROM", "an image", 1),
        ("FROM a b", "FROM takes an image", 1),
        ("FROM a AS 1b", "1b cannot be a stage's name", 1),
        ("FROM a\nCOPY x", "a source and a destination", 2),
        ("FROM a\nUSER", "a user", 2),
        ("FROM a\nENV x", "a name and a value", 2),
        ("FROM a\nENV x=1 y", "y", 2),
        ("FROM a\nENV =1", "a value without a name", 2),
        ("FROM a\nARG =1", "a value without a name", 2),
        ("FROM a\nCOPY --form=b c d", "no flag --form", 2),
        ("FROM a\nCOPY --from c d", "--from needs a value", 2),
        ("FROM a\nCOPY --from=b --from=c d e", "twice", 2),
        ("FROM a\nCOPY --link=maybe d e", "true or false", 2),
        ("FROM a\nCMD --help", "no flag --help", 2),
        ('FROM a\nCMD ["a", 1]', "double quotes", 2),
        ("FROM a\nSHELL bash", "JSON list", 2),
        ("FROM a\nHEALTHCHECK curl x", "CMD or NONE", 2),
        ("FROM a\nHEALTHCHECK CMD", "needs a command", 2),
        ("FROM a\nHEALTHCHECK NONE x", "nothing after it", 2),
        ("FROM a\nHEALTHCHECK --interval=5 CMD x", "duration", 2),
        ("FROM a\nHEALTHCHECK --interval=1us CMD x", "1ms", 2),
        ("FROM a\nHEALTHCHECK --retries=x CMD y", "whole number", 2),
        ("FROM a\nONBUILD FROM b", "ONBUILD cannot hold FROM", 2),
        ("FROM a\nONBUILD onbuild RUN x", "ONBUILD cannot hold ONBUILD", 2),
        ('FROM a\nVOLUME ["/a", " "]', "empty path", 2),
        ("# escape=`\n# escape=`\nFROM a", "a second time", 2),
        ("# syntax=a\n# syntax=b\nFROM a", "a second time", 2),
        ("# escape=x\nFROM a", "escape character", 1),
        ("FROM a\nRUN " + "x" * 65_532, "65,535 bytes", 2),
        ("FROM a\n\\\n\\\n", "stands alone", 2),
    ],
)
def test_it_says_what_buildkit_would_refuse(text: str, words: str, line: int | None) -> None:
    message, at = first_problem(text)
    assert words in message
    assert at == line


@pytest.mark.parametrize(
    "line",
    [
        "ONBUILD NONSENSE x",
        "HEALTHCHECK --interval=1m30s --start-interval=.5s --retries=+3 CMD x",
        "HEALTHCHECK --interval=0 CMD x",
        "HEALTHCHECK --whatever NONE",
        "ARG --flag x",
        "COPY --parents --exclude=*.md --exclude=b . /x",
        "ADD --checksum=sha256:1 --keep-git-dir=TRUE a /x",
        "RUN --mount=type=cache,target=/a --mount=type=bind,target=/b true",
        "RUN",
        "CMD",
        "EXPOSE $PORT/tcp",
        "MAINTAINER somebody else",
        "CMD echo hi &&",
        "ENV a='b",
        "# escape=`",
    ],
)
def test_it_never_refuses_what_buildkit_accepts(line: str) -> None:
    assert parse(f"FROM a\n{line}\n").problems == ()


def test_problems_are_bounded() -> None:
    assert len(parse("FROM a\n" + "nonsense\n" * 500).problems) == 20


FIXTURE = """\
ARG BASE=debian TAG
ARG FULL=${BASE}:${TAG:-12-slim}
FROM --platform=$BUILDPLATFORM $FULL AS Build
ARG BASE=ignored
RUN make
FROM python:3.11-slim
COPY --from=build /a /b
FROM build
FROM ${UNSET?is missing}
FROM scratch AS last
COPY --from=1 /a /b
COPY --from=Alpine:3 /a /b
COPY --from=$BASE /a /b
RUN --mount=type=bind,from=busybox,target=/x --mount=from=build,target=/y --mount=type=cache,target=/z true
"""


def test_stages_stand_on_images_or_on_each_other() -> None:
    stages = parse(FIXTURE).stages
    assert [(s.index, s.name, s.base_resolved, s.line, s.from_stage) for s in stages] == [
        (0, "build", "debian:12-slim", 3, None),
        (1, None, "python:3.11-slim", 6, None),
        (2, None, "build", 8, 0),
        (3, None, None, 9, None),
        (4, "last", "scratch", 10, None),
    ]


def test_references_are_the_images_from_outside() -> None:
    assert [(r.kind, r.name, r.line) for r in references(parse(FIXTURE))] == [
        ("FROM", "debian:12-slim", 3),
        ("FROM", "python:3.11-slim", 6),
        ("COPY", "Alpine:3", 12),
        ("RUN", "busybox", 14),
    ]


def test_a_from_value_names_a_stage_in_any_case_or_by_number() -> None:
    parsed = parse(FIXTURE)
    assert [parsed.stage_named(n) for n in ("BUILD", "0", "1", "last", "9", "debian:12-slim", "")] == [
        *["build", "build", "1", "last", None, None, None],
    ]


def test_a_stage_may_have_the_name_of_its_image() -> None:
    parsed = parse("FROM debian AS debian\nFROM debian")
    assert [s.from_stage for s in parsed.stages] == [None, 0]
    assert [r.line for r in references(parsed)] == [1]


def test_layers_include_those_of_the_stages_below() -> None:
    text = (
        "FROM a AS base\nWORKDIR /\nWORKDIR app\nRUN one\nENV x=1\nONBUILD COPY t /t\n"
        "FROM b AS other\nRUN two\nFROM base\nCOPY --from=other x y\nWORKDIR ..\nUSER 1\nADD z /z\n"
    )
    parsed = parse(text)
    assert [(i.name, i.start_line) for i in layer_instructions(parsed, None)] == [
        *[("WORKDIR", 3), ("RUN", 4), ("COPY", 6), ("COPY", 10), ("ADD", 13)],
    ]
    assert [i.start_line for i in layer_instructions(parsed, "Other")] == [8]
    assert layer_instructions(parsed, "nowhere") == []
    assert layer_instructions(parse(""), None) == []


@pytest.mark.parametrize(
    ("text", "syntax", "line"),
    [
        ("# syntax=docker/dockerfile:1\nFROM a", "docker/dockerfile:1", 1),
        ("\ufeff#Syntax = x/y:1 more\nFROM a", "x/y:1", 1),
        ("#!/usr/bin/env build\n# syntax=x\nFROM a", "x", 2),
        ("# escape=`\n# syntax=x\nFROM a", "x", 2),
        ("// syntax=x\nFROM a", "x", 1),
        ('{"syntax": "x"}', "x", 1),
        ("# hello\n# syntax=x\nFROM a", None, None),
        ("\n# syntax=x\nFROM a", None, None),
        (" # syntax=x\nFROM a", None, None),
        ("FROM a\n# syntax=x", None, None),
        ('{"syntax": 1}', None, None),
        ("[" * 50_000, None, None),
    ],
)
def test_it_sees_every_form_of_the_syntax_line(text: str, syntax: str | None, line: int | None) -> None:
    parsed = parse(text)
    assert (parsed.syntax, parsed.syntax_line) == (syntax, line)


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("# syntax=docker/dockerfile:1\nFROM a", "#\nFROM a"),
        ("# syntax=docker.io/docker/dockerfile:1.7-labs\r\nFROM a", "#\r\nFROM a"),
        ("\ufeff# syntax=docker/dockerfile\nFROM a", "\ufeff#\nFROM a"),
        ("# syntax=docker/dockerfile:1\n# escape=`\nFROM a", "# escape=`\n#\nFROM a"),
        ("# escape=`\n# syntax=docker/dockerfile:1\nFROM a", "# escape=`\n#\nFROM a"),
        ("# syntax=docker/dockerfile:1", "#"),
    ],
)
def test_a_harmless_syntax_line_goes_and_every_line_stays(text: str, result: str) -> None:
    assert drop_syntax(text) == result


@pytest.mark.parametrize(
    "text",
    [
        "FROM a",
        "# syntax=evil/dockerfile:1\nFROM a",
        "# syntax=docker/dockerfile-upstream:1\nFROM a",
        "# syntax=docker/dockerfile:2\nFROM a",
        "# syntax=gcr.io/docker/dockerfile:1\nFROM a",
        "# syntax=docker/dockerfile:1\n# syntax=evil\nFROM a",
        "// syntax=docker/dockerfile:1\nFROM a",
        "FROM a\n# syntax=docker/dockerfile:1\n",
    ],
)
def test_any_other_text_is_left_alone(text: str) -> None:
    assert drop_syntax(text) == text


LINES = [
    *[
        "# syntax=docker/dockerfile:1",
        "# escape=`",
        "# check=skip=all",
        "# note",
        "",
        "FROM a",
        "RUN b \\",
        " c `",
    ],
    *["RUN <<E", "E", "\tE", "COPY <<'E' /x", "ENV a=1", '  "b"', "ONBUILD RUN <<E", "WORKDIR /", "nonsense"],
]


@given(st.lists(st.sampled_from(LINES), max_size=12))
def test_dropping_the_syntax_line_changes_no_instruction(lines: list[str]) -> None:
    text = "\n".join(lines)
    assert parse(drop_syntax(text)).instructions == parse(text).instructions


@given(st.text(max_size=200) | st.lists(st.sampled_from([*LINES, "${", "--", "[", '"']), max_size=30).map("\n".join))
def test_it_never_raises(text: str) -> None:
    parsed = parse(text)
    references(parsed)
    layer_instructions(parsed, None)
    assert all(p.message for p in parsed.problems)
    assert all(1 <= i.start_line <= i.end_line <= text.count("\n") + 1 for i in parsed.instructions)


HOSTILE = {
    "instructions": "RUN a\n",
    "blank lines": "\n",
    "comments": "#\n",
    "continuations": "\\\n",
    "flags": "--a ",
    "onbuild": "ONBUILD ",
    "spaces before nothing": " ",
    "brackets": "[",
    "heredocs": "<<a ",
    "closed heredocs": "RUN <<a\na\n",
    "nested variables": "${a:-",
    "quotes": "'",
    "words": "ENV a=b ",
    "doubling": "ARG a=$a$a\nFROM $a\n",
    "patterns": "ARG a=${a##*a*b}aaaa\n",
    "stages": "FROM a\n",
    "directive": "# syntax =    ",
}


@pytest.mark.parametrize("unit", HOSTILE.values(), ids=HOSTILE.keys())
@pytest.mark.parametrize("head", ["", "FROM a\nRUN <<x ", "FROM a\nENV ", 'FROM a\nCMD ["'])
def test_the_largest_hostile_file_is_read_at_once(unit: str, head: str) -> None:
    """Twice the text may take about twice the time: a square or worse would take four times."""
    half, full = (parse_seconds((head + unit * size)[:size]) for size in (FILE_BYTES // 2, FILE_BYTES))
    assert full < max(0.5, 3.5 * half)


def parse_seconds(text: str) -> float:
    best = float("inf")
    for _ in range(2):
        begun = time.process_time()
        parsed = parse(text)
        dockerfile.references(parsed)
        best = min(best, time.process_time() - begun)
    return best


def test_every_stage_that_may_be_a_target_gets_a_name() -> None:
    text = "FROM a\r\nRUN x\nFROM b AS c\nFROM \\\n d\nFROM e  \nCOPY --from=0 x y\nFROM f\n"
    named = dockerfile.name_stages(text)
    assert named == (
        "FROM a AS stage-0\r\nRUN x\nFROM b AS c\nFROM \\\n d\nFROM e AS stage-3  \nCOPY --from=0 x y\nFROM f\n"
    )
    assert parse(named).stage_named("0") == "stage-0"
    assert names(named) == names(text)


def test_a_name_that_is_taken_is_not_given_twice() -> None:
    text = "FROM a\nFROM b AS stage-0\nFROM c\n"
    assert dockerfile.name_stages(text) == text


@given(st.text(max_size=80) | st.lists(st.sampled_from([*LINES, "from b"]), max_size=8).map("\n".join))
def test_naming_stages_moves_no_instruction(text: str) -> None:
    named = dockerfile.name_stages(text)
    assert names(named) == names(text)
    assert len(parse(named).problems) == len(parse(text).problems)
