from __future__ import annotations

from labs.checks.breaking import said
from tests.labs.facts import trial


def test_the_last_line_is_what_a_tool_complains_of() -> None:
    trace = trial(1, "Traceback (most recent call last):\n  File x\nURLError: refused\n\n")
    assert said(trace) == "the check ended with 1 and printed `URLError: refused`"


def test_one_that_was_ended_says_nothing_of_its_own() -> None:
    assert said(trial(-1, "anything")) == "the check was ended when its time was over"
    assert "did not end" in said(None)
