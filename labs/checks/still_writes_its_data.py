"""`still-writes-its-data`: what was stored through the app comes back from it."""

from __future__ import annotations

from labs.checks.base import Check, Claim, Context, Verdict
from labs.checks.describe import code, exchange, listed
from sandbox.facts import Exchange, Start

CLAIM = Claim(
    expected="A note sent to the app is stored, and listed afterwards",
    why="An app that may not write is safe and useless: fewer rights must be the right ones.",
)
HINT = (
    "Who owns the data directory, and as whom does the app write? Make the directory for that user while "
    "you are still root: `install -d -o UID -g GID DIRECTORY`."
)


def run(start: Start, context: Context) -> Verdict:
    if not start.exchanges:
        return CLAIM.not_measured("nothing was asked of the app")
    wrong = [e for e in start.exchanges if not e.ok]
    if wrong:
        return CLAIM.failed(listed(f"{exchange(e)}, expected {_wanted(e)}" for e in wrong), HINT)
    return CLAIM.passed(listed(f"{e.method} {code(e.path)} → {e.status}" for e in start.exchanges))


def _wanted(made: Exchange) -> str:
    return " ".join(made.wanted.split())


CHECK = Check("still-writes-its-data", Start, run)
