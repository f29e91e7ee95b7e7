"""`accepts-signed`: an image with a good signature may run."""

from __future__ import annotations

from labs.checks.base import Check, Claim, Context, Verdict
from labs.checks.signing import ending, verified
from sandbox.signfacts import Signing

CLAIM = Claim(
    expected="For an image that the key has signed, `verify.sh` ends with exit code 0",
    why="A check that refuses everything is taken out of the deployment.",
)
HINT = (
    "What did it print? Signing and verifying need to be told that there is no transparency log here and that the "
    "registry speaks plain HTTP: the options stand in the starter."
)


def run(fact: Signing, context: Context) -> Verdict:
    one = verified(fact, "signed")
    if one is None:
        return CLAIM.not_measured("nothing was verified")
    if one.accepted:
        return CLAIM.passed(f"Accepted after {one.ran.seconds:.1f} s")
    return CLAIM.failed(f"Refused: {ending(one.ran)}", HINT, file=fact.verify)


CHECK = Check("accepts-signed", Signing, run)
