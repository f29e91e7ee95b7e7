from __future__ import annotations

from labs.templatetags.words import ticked


def test_words_between_backticks_are_code() -> None:
    assert ticked("PID 1 `python`, uid 0\nand more") == "PID 1 <code>python</code>, uid 0<br>and more"


def test_what_a_learner_wrote_stays_text() -> None:
    assert ticked("`<img src=x>` & `") == "<code>&lt;img src=x&gt;</code> &amp; `"
