from __future__ import annotations

import pytest

from labs.hostile.markup import problems, steering


@pytest.mark.parametrize(
    "html",
    [
        "<p>&lt;script&gt;hz7marker()&lt;/script&gt;</p>",
        '<p title="hz7marker">hz7marker</p>',
        "<title>hz7marker</title><script>other()</script>",
    ],
)
def test_a_text_that_is_shown_as_text_is_no_problem(html: str) -> None:
    assert problems(html) == []


@pytest.mark.parametrize(
    "html",
    [
        "<p>hz7marker<script>hz7marker()</script></p>",
        '<p>hz7marker</p><img src="x" onerror="hz7marker()">',
        '<p>hz7marker</p><a href="javascript:hz7marker()">x</a>',
        "<p>hz7marker</p><hz7marker>",
        "<p hz7marker=1>hz7marker</p>",
        "<p>hz7marker</p><style>p{background:url(hz7marker)}</style>",
        "<p>hz7marker</p><!-- hz7marker -->",
        '<p>hz7marker</p><div hx-get="/hz7marker"></div>',
        "<p>hz7marker</p><svg onload=hz7marker()></svg>",
    ],
)
def test_a_text_that_became_something_else_is_one(html: str) -> None:
    assert len(problems(html)) == 1


def test_a_page_without_the_text_shows_nothing() -> None:
    assert problems("<p>all well</p>") == ["the text is not on the page at all"]


@pytest.mark.parametrize("sign", ["\x1b", "\x00", "\x9b", "\r", "\u202e", "\x07"])
def test_signs_that_steer_a_terminal_are_named(sign: str) -> None:
    assert steering(f"a{sign}b") == [f"what a terminal gets holds U+{ord(sign):04X}"]


def test_plain_lines_steer_nothing() -> None:
    assert steering("Limit: time 20 s\n\tähm ✓\n") == []
