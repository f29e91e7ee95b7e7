from __future__ import annotations

from labs.checks.signs_by_digest import NOTHING, OTHER, run
from tests.labs.facts import context
from tests.labs.signing import ran, signing


def test_the_right_signature_and_no_other_passes() -> None:
    assert run(signing(), context()).status == "passed"


def test_another_image_signed_fails_even_beside_the_right_one() -> None:
    for right in (True, False):
        verdict = run(signing(right=right, others=1), context())
        assert (verdict.status, verdict.hint, verdict.file) == ("failed", OTHER, "sign.sh")


def test_no_signature_fails_with_what_the_script_said() -> None:
    verdict = run(signing(right=False, sign=ran(1, "Error: no key\n")), context())
    assert (verdict.status, verdict.hint) == ("failed", NOTHING)
    assert "exit code 1, `Error: no key`" in verdict.found
