"""What the checks of signing and verifying scripts share: one case, and the words for how a script ended."""

from __future__ import annotations

from labs.checks.base import Claim, Verdict
from labs.checks.describe import code
from sandbox.scriptfacts import Ran
from sandbox.signfacts import Signing, Verified


def verified(fact: Signing, case: str) -> Verified | None:
    return next((one for one in fact.verified if one.case == case), None)


def refuses(claim: Claim, fact: Signing, case: str, hint: str) -> Verdict:
    """The verifying script has to say no to this case, by an exit code of its own, in time."""
    one = verified(fact, case)
    if one is None:
        return claim.not_measured("this lab does not try it")
    if one.refused:
        return claim.passed(f"Refused: {ending(one.ran)}")
    return claim.failed(f"Not refused: {ending(one.ran)}", hint, file=fact.verify)


def ending(ran: Ran) -> str:
    """exit code 1, `Error: no signatures found`."""
    if ran.limit:
        return f"it was ended by a limit ({ran.limit}, after {ran.seconds:.0f} s)"
    lines = [line for line in (ran.stdout + "\n" + ran.stderr).splitlines() if line.strip()]
    return f"exit code {ran.exit_code}" + (f", {code(lines[-1], 140)}" if lines else ", without a word")
