"""`app-still-works`: with everything that was taken from it, the app does what it is there for."""

from __future__ import annotations

from labs.checks.base import Check, Claim, Context, Verdict
from labs.checks.describe import code, exchange, listed
from sandbox.facts import Start

CLAIM = Claim(
    expected="Every request of the brief gets its right answer",
    why="A service that is safe because it does nothing any more has not been made safe.",
)
HINT = (
    "Which path does the app's message name, and what lies there? Each directory that it writes to needs a place of "
    "its own, and the user that it runs as has to be let in."
)


def run(start: Start, context: Context) -> Verdict:
    if not start.exchanges:
        return CLAIM.not_measured("nothing was asked of the app")
    wrong = [made for made in start.exchanges if not made.ok]
    if wrong:
        return CLAIM.failed(listed(f"{exchange(made)}, expected {made.wanted}" for made in wrong), HINT)
    return CLAIM.passed(listed(f"{made.method} {code(made.path)} → {made.status}" for made in start.exchanges))


CHECK = Check("app-still-works", Start, run)
