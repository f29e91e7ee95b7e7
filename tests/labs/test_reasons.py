from __future__ import annotations

from typing import get_args, get_type_hints

from labs.reasons import limit_verdict, limit_words
from sandbox.facts import LimitHit


def test_a_limit_is_told_with_its_value_and_step() -> None:
    assert limit_words(LimitHit("memory", 512.0, "MB", "step 4")) == "Limit: memory 512 MB, step “step 4”"
    assert limit_words(LimitHit("log", 2.5, "MB")) == "Limit: log 2.5 MB"


def test_every_limit_has_a_hint_that_asks() -> None:
    for name in get_args(get_type_hints(LimitHit)["name"]):
        verdict = limit_verdict(LimitHit(name, 1, "s"))
        assert verdict.status == "failed"
        assert "?" in verdict.hint


def test_an_image_that_is_not_too_large_is_not_said_to_be() -> None:
    assert "large" in limit_verdict(LimitHit("image", 1536, "MB")).hint
    assert "large" not in limit_verdict(LimitHit("image", 32, "volumes")).hint
