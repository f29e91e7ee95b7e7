"""What the Dockerfile reference says about the language, form by form."""

from __future__ import annotations

import pytest

from sandbox.dockerfile import parse, references

BODY = "FROM a\nRUN b `\n c\n"


@pytest.mark.parametrize(
    "line",
    ["#escape=`", "# escape =`", "#\tescape= `", "# escape = `", "#\t  eScApE=`", "# escape=`\r", "#\x0cescape\x0c=`"],
)
def test_spaces_and_case_do_not_matter_in_a_directive(line: str) -> None:
    parsed = parse(f"{line}\n{BODY}")
    assert parsed.escape == "`"
    assert [i.end_line for i in parsed.instructions] == [2, 4]


@pytest.mark.parametrize(
    "before",
    ["# about this file", "# unknown=value", "", "FROM x", "# esc\\\n#ape=`", "#! /bin/sh"],
)
def test_a_directive_after_anything_else_is_a_comment(before: str) -> None:
    assert parse(f"{before}\n# escape=`\n{BODY}").escape == "\\"


def test_directives_may_stand_in_any_order_and_each_once() -> None:
    assert parse(f"# escape=`\n# syntax=x\n# check=skip=all\n{BODY}").problems == ()
    assert parse(f"# check=skip=all\n# syntax=x\n# escape=`\n{BODY}").escape == "`"
    assert "a second time" in parse(f"# escape=`\n# escape=`\n{BODY}").problems[0].message


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("RUN echo hello \\\n# comment\nworld", "echo hello world"),
        ("RUN echo hello \\\n  # comment\n\n   world", "echo hello    world"),
        ("RUN echo '# no comment'", "echo '# no comment'"),
        ('RUN echo "\\\n     hello\\\n     world"', 'echo "     hello     world"'),
        ("      RUN echo hello", "echo hello"),
        ("RUN echo a \\\\", "echo a \\\\"),
    ],
)
def test_comments_and_spaces_go_where_the_reference_lets_them_go(text: str, value: str) -> None:
    assert parse(f"FROM a\n{text}\n").instructions[1].value == value


def test_a_backslash_before_a_line_end_continues_it_unless_another_one_is_the_escape() -> None:
    windows = "FROM a\nCOPY testfile.txt c:\\\\\nRUN dir c:\\\n"
    assert [i.name for i in parse(windows).instructions] == ["FROM", "COPY", "RUN"]
    assert [i.name for i in parse(f"# escape=`\n\n{windows}").instructions] == ["FROM", "COPY", "RUN"]
    single = "FROM a\nCOPY testfile.txt c:\\\nRUN dir c:\\\n"
    assert [i.name for i in parse(single).instructions] == ["FROM", "COPY"]
    assert [i.name for i in parse(f"# escape=`\n{single}").instructions] == ["FROM", "COPY", "RUN"]


HEREDOCS = [
    ("RUN <<EOF\n  mkdir -p foo/bar\nEOF", [("EOF", True, False, "  mkdir -p foo/bar\n")]),
    ("RUN <<EOT bash\n  set -ex\nEOT", [("EOT", True, False, "  set -ex\n")]),
    ("RUN <<EOF\n#!/usr/bin/env python\nprint()\nEOF", [("EOF", True, False, "#!/usr/bin/env python\nprint()\n")]),
    ("RUN <<FILE1 cat > file1 && <<FILE2 cat > file2\none\nFILE1\ntwo\nFILE2", None),
    ("COPY <<-EOT /app/x\n\thello $name\n\tEOT", [("EOT", True, True, "\thello $name\n")]),
    ("COPY <<-'EOT' /app/x\n\thello $name\nEOT", [("EOT", False, True, "\thello $name\n")]),
    ('COPY <<"EOT" /app/x\nEOT', [("EOT", False, False, "")]),
    ("ADD <<E /x\n\\\nRUN not this\nE", [("E", True, False, "\\\nRUN not this\n")]),
    ("RUN <<E\n# no comment\n\nE", [("E", True, False, "# no comment\n\n")]),
]


@pytest.mark.parametrize(("text", "expected"), HEREDOCS)
def test_heredocs_hold_their_lines_as_they_are(text: str, expected: list[tuple[str, bool, bool, str]] | None) -> None:
    parsed = parse(f"FROM a\n{text}\nCMD x\n")
    assert [i.name for i in parsed.instructions][2:] == ["CMD"]
    assert parsed.instructions[1].end_line == 1 + len(text.split("\n"))
    wanted = expected or [("FILE1", True, False, "one\n"), ("FILE2", True, False, "two\n")]
    assert [(h.name, h.expand, h.chomp, h.content) for h in parsed.instructions[1].heredocs] == wanted


@pytest.mark.parametrize("name", ["CMD", "ENTRYPOINT", "ENV", "LABEL", "USER", "WORKDIR", "HEALTHCHECK CMD"])
def test_only_run_copy_and_add_open_heredocs(name: str) -> None:
    parsed = parse(f"FROM a\n{name} a=<<EOF b=c\nCMD x\n")
    assert [i.name for i in parsed.instructions][2:] == ["CMD"]


ARG_SCOPE = [
    ("ARG V=1\nFROM a:$V", "a:1"),
    ("ARG V=1\nARG W=${V}2\nFROM a:$W", "a:12"),
    ("ARG V=1 W=$V\nFROM a:$W", "a:1"),
    ("ARG V\nFROM a:${V:-3}", "a:3"),
    ("ARG V=1\nFROM x\nARG V=2\nFROM a:$V", "a:1"),
    ("FROM x\nARG V=2\nFROM a:${V:-none}", "a:none"),
    ("FROM x\nENV V=2\nFROM a:${V-none}", "a:none"),
    ("ARG V='1'\nFROM a:$V", "a:1"),
    ('ARG V="a b"\nFROM "a:${V%%?b}"', "a:a"),
    ("ARG V=1\nARG V=2\nFROM a:$V", "a:2"),
    ("ARG V=1\nFROM a:\\$V", "a:$V"),
    ("ARG V=1\nFROM a:$V AS b\nFROM b", "b"),
    ("FROM a:$TARGETARCH", "a:amd64"),
    ("FROM --platform=$BUILDPLATFORM a:$BUILDOS", "a:linux"),
]


@pytest.mark.parametrize(("text", "base"), ARG_SCOPE)
def test_from_sees_the_args_before_the_first_from_and_no_others(text: str, base: str) -> None:
    assert parse(f"{text}\n").stages[-1].base_resolved == base


@pytest.mark.parametrize(
    "held", ["RUN a", "COPY --from=b c d", "ADD a b", "ENV a=b", "CMD x", "HEALTHCHECK NONE", "USER u"]
)
def test_onbuild_holds_any_instruction_but_three(held: str) -> None:
    parsed = parse(f"FROM a\nONBUILD {held}\n")
    assert parsed.problems == ()
    (trigger,) = (i.trigger for i in parsed.instructions if i.trigger)
    assert f"{trigger.name} {trigger.value}".startswith(held.split(maxsplit=1)[0])
    for never in ("ONBUILD RUN x", "FROM b", "MAINTAINER m"):
        assert parse(f"FROM a\nONBUILD {never}\n").problems != ()


def test_images_are_asked_for_by_from_copy_and_mounts_and_by_nothing_else() -> None:
    text = (
        "FROM a AS one\nCOPY --from=b / /b\nRUN --mount=type=bind,from=c,target=/c true\nADD --chown=1 d /d\n"
        "LABEL from=e\nENV FROM=f\nCMD --from=g\nFROM one\nCOPY --from=one / /x\nCOPY --from=0 / /y\n"
    )
    assert [r.name for r in references(parse(text))] == ["a", "b", "c"]
