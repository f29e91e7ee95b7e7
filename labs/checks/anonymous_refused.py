"""`anonymous-refused`: nobody without a name gets anything, at no open port."""

from __future__ import annotations

from labs.checks.base import Check, Claim, Context, Verdict
from labs.checks.registries import judged
from sandbox.registryfacts import Registry

CLAIM = Claim(
    expected="Without a name and a password nothing is listed, pulled or pushed, at any port that is open",
    why="A registry that anybody can read gives away your code; one that anybody can write runs theirs.",
)
HINT = (
    "Which requests ask for a password? `auth_basic` has to hold for the whole of `/v2/`. And does the "
    "registry itself have a published port, so that nobody needs to pass the proxy?"
)


def run(fact: Registry, context: Context) -> Verdict:
    return judged(CLAIM, fact, ("anonymous",), HINT)


CHECK = Check("anonymous-refused", Registry, run)
