"""`refuses-other-key`: an image that somebody else signed does not run."""

from __future__ import annotations

from labs.checks.base import Check, Claim, Context, Verdict
from labs.checks.signing import refuses
from sandbox.signfacts import Signing

CLAIM = Claim(
    expected="For an image that another key has signed, `verify.sh` ends with an exit code other than 0",
    why="Anybody can make a key. A signature counts when it is by yours.",
)
HINT = (
    "Does your script look whether there is a signature, or whose it is? Only verification with `cosign.pub` tells "
    "your own from a stranger's."
)


def run(fact: Signing, context: Context) -> Verdict:
    return refuses(CLAIM, fact, "other-key", HINT)


CHECK = Check("refuses-other-key", Signing, run)
