"""`artefact-is-built-from-source`: what the final image runs is made of the source in the build context."""

from __future__ import annotations

from labs.checks.base import Check, Claim, Context, Verdict
from labs.checks.describe import code, exchange, listed
from labs.checks.rebuilding import did_not_build
from sandbox.facts import Rebuild

CLAIM = Claim(
    expected="After one changed line of source, the rebuilt app shows the change",
    why="An image whose program comes from anywhere else can be neither reviewed nor repaired.",
)
HINT = (
    "Where does the program in the final image come from? A stage has to compile the source of the build context, "
    "and the final stage has to copy what that stage made."
)


def run(rebuild: Rebuild, context: Context) -> Verdict:
    if not rebuild.build.ok:
        return did_not_build(CLAIM, rebuild)
    if rebuild.start is None:
        return CLAIM.not_measured("the rebuilt app was not started")
    if not rebuild.start.answered:
        return CLAIM.failed("The rebuilt app never answered", HINT)
    wrong = [e for e in rebuild.start.exchanges if not e.ok]
    if wrong:
        said = listed(f"{exchange(e)}, expected {e.wanted}" for e in wrong)
        return CLAIM.failed(f"The edit of {code(rebuild.edited)} did not reach the app: {said}", HINT)
    return CLAIM.passed(listed(map(exchange, rebuild.start.exchanges)))


CHECK = Check("artefact-is-built-from-source", Rebuild, run)
