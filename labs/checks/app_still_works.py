"""`app-still-works`: with everything that was taken from it, the app does what it is there for."""

from __future__ import annotations

from labs.checks.base import Check, Claim, Context, Verdict
from labs.checks.describe import code, exchange, last_words, listed
from sandbox.composefacts import ComposeUp
from sandbox.facts import Start

NOT_THERE = frozenset({502, 503, 504})  # a service behind the one that answers
CLAIM = Claim(
    expected="Every request of the brief gets its right answer",
    why="A service that is safe because it does nothing any more has not been made safe.",
)
NETWORK = (
    "Which service did it ask in vain? The two need a network in common, the name and the port that it asks for, and "
    "the other has to run."
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
        found = listed(f"{exchange(made)}, expected {made.wanted}" for made in wrong)
        behind = any(made.status in NOT_THERE for made in wrong)
        line, others = _ended(start)
        file = "compose.yaml" if isinstance(start, ComposeUp) else "Dockerfile"
        return CLAIM.failed(found + others, NETWORK if behind or others else HINT, line, file)
    return CLAIM.passed(listed(f"{made.method} {code(made.path)} → {made.status}" for made in start.exchanges))


def _ended(start: Start) -> tuple[int | None, str]:
    """(line, words) of the services of a project that have ended with an error."""
    services = start.services if isinstance(start, ComposeUp) else ()
    gone = [one for one in services if one.exit_code not in {None, 0}]
    words = "".join(
        f"; {code(one.name)} ended with exit code {one.exit_code}{last_words(one.log_tail)}" for one in gone[:2]
    )
    return (gone[0].line if gone else None), words


CHECK = Check("app-still-works", Start, run)
