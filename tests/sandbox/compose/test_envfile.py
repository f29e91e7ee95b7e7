"""Lines of an `env_file`, each read as Compose 2.40 reads it (`docker compose config` was asked)."""

from __future__ import annotations

import pytest

from sandbox.compose import envfile
from sandbox.compose.nodes import Wrong


@pytest.mark.parametrize(
    ("line", "value"),
    [
        ("A=1", "1"),
        ("  export A = b c", "b c"),
        ("A: 1", "1"),
        ("A=b # a note", "b"),
        ("A=b#c", "b#c"),
        ("A='x' # a note", "x"),
        ('A="a\'b"', "a'b"),
        ("A='$X \\n'", "$X \\n"),
        ('A="a\\nb\\"\\$x$X${Y:-d}"', 'a\nb"$xd'),
        ("A=$X", ""),
        ("A=$$x", "$x"),
        ("A==b", "=b"),
        ("A=", ""),
    ],
)
def test_a_value_is_what_compose_reads(line: str, value: str) -> None:
    assert envfile.read(line + "\n") == {"A": value}


@pytest.mark.parametrize("line", ["A", "export A", "# A=1", ""])
def test_a_name_alone_and_a_comment_give_nothing(line: str) -> None:
    assert envfile.read(line) == {}


def test_a_raw_file_is_taken_as_it_stands() -> None:
    assert envfile.read("A='$X' # b\n", raw=True) == {"A": "'$X' # b"}


@pytest.mark.parametrize("line", ["A B=1", 'A="open', "A='open"])
def test_what_compose_refuses_is_refused(line: str) -> None:
    with pytest.raises(Wrong):
        envfile.read(line)
