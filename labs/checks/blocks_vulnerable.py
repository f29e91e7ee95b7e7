"""`blocks-vulnerable`: an image with a serious vulnerability that could be fixed does not get through."""

from __future__ import annotations

from labs.checks.base import Check, Claim, Context, Verdict
from labs.checks.gating import refuses
from sandbox.scriptfacts import Script

CLAIM = Claim(
    expected="Every report with a fixable HIGH or CRITICAL vulnerability ends with an exit code other than 0",
    why="The fix exists. Whoever attacks reads the same list, and has a day's lead.",
)
HINT = (
    "Do you look at both severities, and at every entry of `Results`? A report has one for the operating system's "
    "packages and one for each language."
)


def run(fact: Script, context: Context) -> Verdict:
    return refuses(CLAIM, fact, "vulnerable", HINT)


CHECK = Check("blocks-vulnerable", Script, run)
