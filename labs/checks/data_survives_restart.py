"""`data-survives-restart`: what was pushed is there after the project was ended and started again."""

from __future__ import annotations

from labs.checks.base import Check, Claim, Context, Verdict
from labs.checks.registries import judged
from sandbox.registryfacts import Registry

CLAIM = Claim(
    expected="After `down` and `up`, the image that was pushed is pulled by its digest",
    why="What a registry forgets cannot be deployed again, nor rolled back to.",
)
HINT = (
    "Where does the registry keep what it is sent, and what is mounted there? `rootdirectory` in its configuration and "
    "the volume's path have to be the same."
)


def run(fact: Registry, context: Context) -> Verdict:
    return judged(CLAIM, fact, ("restart",), HINT, "compose.yaml")


CHECK = Check("data-survives-restart", Registry, run)
