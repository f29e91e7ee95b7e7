"""`blocks-unsigned`: an image that nobody signed, or that is not the one that was signed, does not get through."""

from __future__ import annotations

from labs.checks.base import Check, Claim, Context, Verdict
from labs.checks.gating import refuses
from sandbox.scriptfacts import Script

CLAIM = Claim(
    expected="Without a signature of the very digest that was scanned, it ends with an exit code other than 0",
    why="A clean report says that the image is good, not that it is yours.",
)
HINT = (
    "Which digest was scanned, and which one was signed? A signature of another image says nothing about this one. And "
    "what does your script do when that file is empty, or when there is none?"
)


def run(fact: Script, context: Context) -> Verdict:
    return refuses(CLAIM, fact, "unsigned", HINT)


CHECK = Check("blocks-unsigned", Script, run)
