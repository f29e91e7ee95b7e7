"""Our parser beside BuildKit's own (the `dockerfile` wheel): the same instructions wherever both accept.

The wheel holds BuildKit 0.12. What newer ones read differently is kept out of the texts: `check` as a
directive, `${name#…}` and `${name/…}`, text after a JSON array, and white space after `<<`, which
`test_heredocs` holds against a newer engine.
"""

from __future__ import annotations

import re

import dockerfile as buildkit
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from sandbox.dockerfile import Instruction, parse
from sandbox.expansion import SPACE

NAMES = [
    "RUN",
    "COPY",
    "ADD",
    "ENV",
    "LABEL",
    "ARG",
    "CMD",
    "USER",
    "WORKDIR",
    "HEALTHCHECK",
    "ONBUILD",
    "VOLUME",
]
WORDS = st.sampled_from(
    [
        *[
            "a",
            "bc",
            "/app",
            "x=1",
            'y="2 3"',
            "z='4 5'",
            "$v",
            "${v:-w}",
            "it's",
            '"open',
            "\\",
            "\\\\",
            "`",
            "#no",
        ],
        *[
            "<<EOF",
            "<<-EOF",
            "<<'EOF'",
            '<<"E"OF',
            "3<<EOF",
            "<<<EOF",
            "<<$v",
            "<<",
            '"<<EOF"',
            "<<EOF<<E",
            "<<E",
        ],
        *["--from=b", "--chown='1 2'", "--link", "--", '--a="b', "\\ ", "é", "\u2003", "\x85"],
        *['["a", "b"]', "[]", '["a"', "CMD", "RUN", "COPY", "NONE", "=", "a=", "\\n", "\t", "\v", "\x1c"],
    ]
)
ENDS = st.sampled_from(["", "", "", " \\", "\\", "\\\t ", " `", "\\\\", "\r", " \\\r"])
PLAIN = ["", "  ", "# note", "\t# note", "EOF", "\tEOF", "E", "EOF\r", " EOF", "w", "FROM a", "\\", "$v"]
INSTRUCTION = st.builds(
    lambda indent, name, words, end: indent + name + " " + " ".join(words) + end,
    st.sampled_from(["", " ", "\t"]),
    st.sampled_from([*NAMES, *map(str.lower, NAMES)]),
    st.lists(WORDS, max_size=4),
    ENDS,
)
HEREDOC = st.builds(
    lambda name, opening, body, close: "\n".join([f"{name} {opening}", *body, close]),
    st.sampled_from(["RUN", "COPY", "ONBUILD RUN", "ADD --link", "RUN --mount=type=cache,target=/x"]),
    st.sampled_from(["<<EOF", "<<-EOF", "<<'EOF' /x", "5<<EOF <<E", '<<E"OF" cat', "$v <<EOF", "<<EOF \\\n /x"]),
    st.lists(st.sampled_from([*PLAIN, "RUN a \\", "<<E"]), max_size=4),
    st.sampled_from(["EOF", "\tEOF", "EOF\r", "EOF\nE", "E\nEOF", "EOF "]),
)
DIRECTIVE = st.sampled_from(["# escape=`", "#escape = \\ ", "# syntax=x", " # Escape=`", "#", "\ufeff# escape=`"])
TEXT = st.builds(
    lambda head, body, end: "\n".join([*head, "FROM a", *body]) + end,
    st.lists(DIRECTIVE, max_size=2),
    st.lists(INSTRUCTION | HEREDOC | st.sampled_from(PLAIN), max_size=10),
    st.sampled_from(["", "\n", "\\"]),
)


def theirs(text: str) -> list[tuple[object, ...]] | None:
    try:
        commands = buildkit.parse_string(text)
    except buildkit.GoParseError:
        return None
    return [
        (
            (c.cmd or "").upper(),
            c.start_line,
            c.end_line,
            bool(c.json),
            () if c.cmd is None else tuple(map(_characters, c.flags)),
            (c.original or "").rstrip("\n"),
        )
        for c in commands
    ]


def ours(instruction: Instruction) -> tuple[object, ...]:
    """As the wheel puts it: heredocs follow the line, and a flag is one word."""
    text = instruction.original
    for heredoc in instruction.heredocs if instruction.trigger is None else ():
        text += f"\n{heredoc.content}{heredoc.name}"
    flags = tuple("--" + (n if value is None else f"{n}={value}") for n, value in instruction.flags)
    holds_json = instruction.json is not None
    name, start, end = instruction.name, instruction.start_line, instruction.end_line
    return name, start, end, holds_json, flags, text


def _characters(flag: str) -> str:
    """BuildKit takes each byte of a flag for a character, and cuts one in two where a byte is a space to it."""
    return flag.encode("latin-1").decode("utf-8", "replace")


def comparable(text: str) -> bool:
    """Leave out what the words above can build and newer engines read differently."""
    if re.search(r"<<[ \t\r\\`]", text):
        return False
    after = re.findall(r'(?:\["a", "b"\]|\[\])(.*)', text)
    return not any(rest.strip(SPACE) for rest in after)


@settings(max_examples=400, deadline=None)
@given(TEXT.filter(comparable))
@example("FROM a\nRUN <<EOF <<E\nx\nEOF\ny\nE\nCMD z")
@example("# escape=`\nFROM a\nRUN a ` \n b\nCOPY <<EOF c\\ \nEOF")
def test_both_find_the_same_instructions(text: str) -> None:
    expected, parsed = theirs(text), parse(text)
    if expected is None or any(i.fault for i in parsed.instructions):
        return
    assert [ours(i) for i in parsed.instructions] == expected


@settings(max_examples=400, deadline=None)
@given(TEXT.filter(comparable))
def test_what_their_parser_refuses_we_refuse(text: str) -> None:
    if theirs(text) is None:
        assert parse(text).problems


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet="FROMRUN a\n\\\"'<>EOF#=[]{}$-`\t\r:", max_size=60).filter(comparable))
def test_both_read_noise_alike(text: str) -> None:
    expected = theirs("FROM a\n" + text)
    parsed = parse("FROM a\n" + text)
    if expected is not None and not any(i.fault for i in parsed.instructions) and "${" not in text:
        assert [ours(i)[:3] for i in parsed.instructions] == [row[:3] for row in expected]


@pytest.mark.parametrize("line", ["ENV a='b c' d=e", "LABEL a b c", "ARG a=1 b", "VOLUME /a /b", "USER a b"])
def test_both_split_arguments_alike(line: str) -> None:
    assert parse(f"FROM a\n{line}").instructions[1].args == buildkit.parse_string(f"FROM a\n{line}")[1].value
