"""`blocks-secret`: an image in which the scanner found a secret does not get through."""

from __future__ import annotations

from labs.checks.base import Check, Claim, Context, Verdict
from labs.checks.gating import refuses
from sandbox.scriptfacts import Script

CLAIM = Claim(
    expected="Every report with an entry in `Secrets` ends with an exit code other than 0",
    why="Whoever can pull an image can read every layer of it. A key in there is public to them.",
)
HINT = (
    "Where in the report do secrets stand? They are no vulnerabilities: they have a list of their own, and no severity "
    "makes one harmless."
)


def run(fact: Script, context: Context) -> Verdict:
    return refuses(CLAIM, fact, "secret", HINT)


CHECK = Check("blocks-secret", Script, run)
