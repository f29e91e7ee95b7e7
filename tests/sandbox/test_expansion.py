from __future__ import annotations

import contextlib
from fnmatch import fnmatchcase

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.expansion import ExpansionError, Work, expand, split

VALUES = {"a": "1", "empty": "", "path": "one/two/one", "tag": "3.11-slim", "star": "a*b", "_x1": "u"}


def expanded(text: str, escape: str = "\\") -> str:
    return expand(text, VALUES, escape, Work())


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("$a", "1"),
        ("${a}b", "1b"),
        ("$ab", ""),
        ("$_x1-", "u-"),
        ("$", "$"),
        ("$.", "$."),
        ("\\$a", "$a"),
        ("'$a'", "$a"),
        ('"$a b"', "1 b"),
        ('"\\$a\\x"', "$a\\x"),
        ("${a:-w}", "1"),
        ("${none:-w}", "w"),
        ("${none-w}", "w"),
        ("${empty:-w}", "w"),
        ("${empty-w}", ""),
        ("${a:+w}", "w"),
        ("${empty:+w}", ""),
        ("${empty+w}", "w"),
        ("${none+w}", ""),
        ("${a?no}", "1"),
        ("${none:-${a}x}", "1x"),
        ("${none:-${nothing:-deep}}", "deep"),
        ("${path#*/}", "two/one"),
        ("${path##*/}", "one"),
        ("${path%/*}", "one/two"),
        ("${path%%/*}", "one"),
        ("${path#one}", "/two/one"),
        ("${path#t?o}", "one/two/one"),
        ("${path#o?e}", "/two/one"),
        ("${path/one/x}", "x/two/one"),
        ("${path//one/x}", "x/two/x"),
        ("${path/t*o/x}", "one/xne"),
        ("${path//\\//-}", "one-two-one"),
        ("${tag%-*}", "3.11"),
        ("${tag%%.*}", "3"),
        ("${star#a\\*}", "b"),
        ("${star##*}", ""),
        ("${star%}", "a*b"),
    ],
)
def test_it_expands_as_buildkit_does(text: str, result: str) -> None:
    assert expanded(text) == result


@pytest.mark.parametrize(
    "text",
    [
        "${a",
        "${}",
        "${:a}",
        "${{a}",
        "${a^^}",
        "${a:=w}",
        "${none?}",
        "${empty:?why}",
        "'a",
        '"a',
        "${a/b}",
        "${a#\\q}",
    ],
)
def test_it_refuses_what_it_cannot_expand(text: str) -> None:
    with pytest.raises(ExpansionError):
        expanded(text)


def test_another_escape_character_escapes() -> None:
    assert expanded("`$a\\", "`") == "$a\\"


def test_a_value_that_nobody_knows_is_not_taken_for_empty() -> None:
    with pytest.raises(ExpansionError):
        expand("x$unknown", {"unknown": None}, "\\", Work())


def test_doubling_ends_at_the_bound() -> None:
    work, value, rounds = Work(), "x" * 8, 0
    with contextlib.suppress(ExpansionError):
        while rounds < 64:
            value = expand("$v$v", {"v": value}, "\\", work)
            rounds += 1
    assert rounds == 9
    assert len(value) == 4096


def test_deep_nesting_is_refused_and_not_a_crash() -> None:
    with pytest.raises(ExpansionError):
        expanded("${n:-" * 10_000 + "}" * 10_000)


def test_a_pattern_with_many_stars_takes_no_time() -> None:
    assert expand("${v##*a*a*a*a*a*a*a*b}", {"v": "a" * 3000}, "\\", Work()) == "a" * 3000


def test_words_are_split_outside_quotes_only() -> None:
    text = """RUN a\\ b 'c d' "e f"g $x ${y:-z w} """
    assert split(text, raw_quotes=True, raw_escapes=True) == [
        *["RUN", "a\\ b", "'c d'", '"e f"g', "$x", "${y:-z", "w}"],
    ]


@given(st.text(alphabet="$ {}abx:-+?#%/\\'\"*`", max_size=40))
def test_it_yields_text_or_its_own_error(text: str) -> None:
    with contextlib.suppress(ExpansionError):
        assert isinstance(expanded(text), str)


@given(st.text(alphabet="ab*?", max_size=6), st.text(alphabet="ab", max_size=8))
def test_trimming_agrees_with_trying_every_prefix(pattern: str, value: str) -> None:
    """A slow definition as the judge: the shortest and the longest prefix that fnmatch accepts."""
    lengths = [n for n in range(len(value) + 1) if fnmatchcase(value[:n], pattern)]
    values = {"v": value}
    for sign, pick in (("#", min), ("##", max)):
        if sign == "#" and pattern.startswith("#"):
            continue
        want = value[pick(lengths) :] if lengths else value
        assert expand(f"${{v{sign}{pattern}}}", values, "\\", Work()) == want
    lengths = [n for n in range(len(value) + 1) if fnmatchcase(value[n:], pattern)]
    for sign, pick in (("%", max), ("%%", min)):
        want = value[: pick(lengths)] if lengths else value
        assert expand(f"${{v{sign}{pattern}}}", values, "\\", Work()) == want
