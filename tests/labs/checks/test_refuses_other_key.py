from __future__ import annotations

import pytest

from labs.checks.refuses_other_key import run
from tests.labs.facts import context
from tests.labs.signing import signing, verified


def test_a_refusal_passes_with_its_words() -> None:
    verdict = run(signing(verified("other-key", 12, stderr="Error: no signatures found\n")), context())
    assert (verdict.status, verdict.found) == ("passed", "Refused: exit code 12, `Error: no signatures found`")


@pytest.mark.parametrize(("exit_code", "limit", "words"), [(0, "", "exit code 0"), (None, "time", "ended by a limit")])
def test_an_acceptance_and_a_silence_fail(exit_code: int | None, limit: str, words: str) -> None:
    verdict = run(signing(verified("other-key", exit_code, limit=limit)), context())
    assert (verdict.status, verdict.file) == ("failed", "verify.sh")
    assert words in verdict.found


def test_a_lab_that_does_not_try_it_says_nothing() -> None:
    assert run(signing(), context()).status == "skipped"
