"""`refuses-copied-signature`: a good signature of another image does not make an image good."""

from __future__ import annotations

from labs.checks.base import Check, Claim, Context, Verdict
from labs.checks.signing import refuses
from sandbox.signfacts import Signing

CLAIM = Claim(
    expected="For an image that has only a copy of another one's signature, `verify.sh` does not end with exit code 0",
    why="A signature is public. Copying it next to another image takes one request.",
)
HINT = (
    "What does the signature say? It is over a note that names the digest of one image. Does your script compare that "
    "digest with the image's own? `cosign verify` does."
)


def run(fact: Signing, context: Context) -> Verdict:
    return refuses(CLAIM, fact, "copied-signature", HINT)


CHECK = Check("refuses-copied-signature", Signing, run)
