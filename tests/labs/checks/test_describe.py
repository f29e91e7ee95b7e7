from __future__ import annotations

from labs.checks.describe import code, listed, process
from tests.labs.facts import process as seen


def test_a_learners_word_cannot_leave_its_code_span() -> None:
    assert code("a`b\nc\x1b[31m") == "`a'b c·[31m`"


def test_a_long_word_is_cut() -> None:
    assert code("x" * 100, 10) == "`" + "x" * 9 + "…`"


def test_a_list_is_shortened_and_counted() -> None:
    assert listed(str(n) for n in range(7)) == "0; 1; 2; 3; 4 and 2 more"
    assert listed(["a", "a", "b"]) == "a; b"


def test_different_uids_are_named() -> None:
    assert process(seen(uids=(0, 5, 5, 5))) == (
        "PID 1 `python`, uids 0 (real), 5 (effective), 5 (saved), 5 (file system)"
    )
