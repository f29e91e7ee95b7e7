"""`refuses-unsigned`: an image without any signature does not run."""

from __future__ import annotations

from labs.checks.base import Check, Claim, Context, Verdict
from labs.checks.signing import refuses
from sandbox.signfacts import Signing

CLAIM = Claim(
    expected="For an image that nobody signed, `verify.sh` ends with an exit code other than 0",
    why="Whoever can push to the registry could otherwise have it run.",
)
HINT = (
    "What is the exit status of your script when `cosign verify` fails? A script ends with the status of its last "
    "command, unless `set -e` ends it earlier; and in a pipe only the last command counts."
)


def run(fact: Signing, context: Context) -> Verdict:
    return refuses(CLAIM, fact, "unsigned", HINT)


CHECK = Check("refuses-unsigned", Signing, run)
