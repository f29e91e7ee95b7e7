from __future__ import annotations

from lessons import content, search

LESSON = content.load("containerization")


def test_a_title_comes_before_a_text_that_says_the_word() -> None:
    assert search.find(LESSON, "seccomp")[0].anchor == "seccomp"


def test_every_word_must_occur() -> None:
    assert search.find(LESSON, "seccomp elephant") == ()
    assert "multi-stage" in {one.anchor for one in search.find(LESSON, "scratch static")}


def test_the_words_are_marked_and_the_rest_is_escaped() -> None:
    found = search.find(LESSON, "noexec")[0]
    assert "<mark>noexec</mark>" in found.html
    assert search.find(LESSON, "<script>") == search.find(LESSON, "script")
    assert all("<script" not in one.html for one in search.find(LESSON, "script"))


def test_nothing_is_found_for_nothing() -> None:
    assert search.find(LESSON, "") == search.find(LESSON, " . ") == ()
