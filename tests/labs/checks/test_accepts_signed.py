from __future__ import annotations

from labs.checks.accepts_signed import run
from tests.labs.facts import context
from tests.labs.signing import signing, verified


def test_exit_code_0_passes_whatever_was_printed() -> None:
    assert run(signing(verified("signed", 0)), context()).status == "passed"


def test_a_refusal_fails_with_its_words() -> None:
    verdict = run(signing(verified("signed", 1, stderr="Error: tls\n")), context())
    assert (verdict.status, verdict.file) == ("failed", "verify.sh")
    assert "exit code 1, `Error: tls`" in verdict.found
