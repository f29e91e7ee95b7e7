from __future__ import annotations

import pytest

from labs.checks.runs_what_was_verified import run
from sandbox.signfacts import Verified
from tests.labs.facts import context
from tests.labs.signing import DIGEST, signing, verified

GOOD = (
    verified("signed", 0, "verified", DIGEST),
    verified("moved-tag", 0, "verified", DIGEST),
    verified("moving-tag", 0, "verified", DIGEST),
    verified("moving-tag-later", 1),
    verified("moving-tag-back", 1),
    verified("unsigned", 0, "other", DIGEST),
)


def test_what_was_verified_or_a_refusal_of_what_moved_passes() -> None:
    assert run(signing(*GOOD), context()).status == "passed"


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        (verified("signed", 0, "tag", "registry:5000/shop:1"), "a signed image: `registry:5000/shop:1` is no digest"),
        (verified("signed", 0), "a signed image: nothing"),
        (verified("moved-tag", 1, stderr="no\n"), "another signed image: not accepted, exit code 1, `no`"),
        (verified("moving-tag", 0, "other", DIGEST), "is another image"),
        (verified("moving-tag", None, limit="time"), "ended by a limit"),
        (verified("moving-tag-back", 0, "other", DIGEST), "from an unsigned image to a signed one"),
    ],
)
def test_anything_else_fails_and_says_where(wrong: Verified, words: str) -> None:
    others = [one for one in GOOD if one.case != wrong.case]
    verdict = run(signing(*others, wrong), context())
    assert (verdict.status, verdict.file) == ("failed", "verify.sh")
    assert words in verdict.found
