"""`final-depends-on-builder`: source that does not compile gives no image."""

from __future__ import annotations

from labs.checks.base import Check, Claim, Context, Verdict
from labs.checks.describe import code
from sandbox.facts import Rebuild

CLAIM = Claim(
    expected="With a mistake in the source, the build stops",
    why="A build that goes on after a failed step ships the last program that happened to lie there.",
)
HINT = (
    "What happens in your build when the compiler fails? Its exit status has to be the step's: `|| true`, a `;` after "
    "it or a program to fall back on hide it."
)


def run(rebuild: Rebuild, context: Context) -> Verdict:
    edited = code(rebuild.edited)
    if rebuild.build.ok:
        return CLAIM.failed(f"{edited} does not compile any more, and the build ended well", HINT)
    problem = rebuild.build.problem
    return CLAIM.passed(f"With a mistake in {edited}: {problem.message if problem else 'the build stopped'}")


CHECK = Check("final-depends-on-builder", Rebuild, run)
