"""`containers-are-separate`: two containers from one image work at once, and keep their own notes."""

from __future__ import annotations

from labs.checks.base import Check, Claim, Context, Verdict
from labs.checks.describe import code, exchange, listed
from sandbox.facts import Twins

CLAIM = Claim(
    expected="Two containers run from the image; a note sent to the first is in the first, and not in the second",
    why="An image is what they share and nobody changes; what a container writes is its own, and gone with it.",
)
HINT = (
    "Where does the app keep its notes, and may it write there? In the container that writes it, a note has to be "
    "readable afterwards."
)


def run(twins: Twins, context: Context) -> Verdict:
    if not twins.answered or twins.second is None:
        return CLAIM.failed("Two containers from the image did not both answer", HINT)
    wrong = [made for made in twins.first if not made.ok]
    if wrong:
        return CLAIM.failed(f"In the first: {listed(f'{exchange(e)}, expected {e.wanted}' for e in wrong)}", HINT)
    if twins.second.ok or twins.second.status is None:
        return CLAIM.failed(f"In the second: {exchange(twins.second)}", HINT)
    path = code(twins.second.path)
    return CLAIM.passed(f"{path} of the first lists the note, {path} of the second does not")


CHECK = Check("containers-are-separate", Twins, run)
