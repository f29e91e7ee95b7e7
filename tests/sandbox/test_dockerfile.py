from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.dockerfile import drop_syntax, layer_instructions, name_stages, parse, references


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
        ('RUN ["true"] <<EOF', ("true",)),
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
        ('{"SynTax": "x"}', "x", 1),
        (" " * 5000 + '{"syntax": "x"}', "x", 1),
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


def test_every_stage_that_may_be_a_target_gets_a_name() -> None:
    text = "FROM a\r\nRUN x\nFROM b AS c\nFROM \\\n d\nFROM e  \nCOPY --from=0 x y\nFROM f\n"
    named = name_stages(text)
    assert named == (
        "FROM a AS stage-0\r\nRUN x\nFROM b AS c\nFROM \\\n d\nFROM e AS stage-3  \nCOPY --from=0 x y\nFROM f\n"
    )
    assert parse(named).stage_named("0") == "stage-0"
    assert names(named) == names(text)


def test_a_name_that_is_taken_is_not_given_twice() -> None:
    text = "FROM a\nFROM b AS stage-0\nFROM c\n"
    assert name_stages(text) == text


@given(st.text(max_size=80) | st.lists(st.sampled_from([*LINES, "from b"]), max_size=8).map("\n".join))
def test_naming_stages_moves_no_instruction(text: str) -> None:
    named = name_stages(text)
    assert names(named) == names(text)
    assert len(parse(named).problems) == len(parse(text).problems)
