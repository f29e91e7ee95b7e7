"""`nothing-rebuilt-on-ignored-change`: a file that the image does not need builds nothing again."""

from __future__ import annotations

from labs.checks.base import Check, Claim, Context, Verdict
from labs.checks.describe import code, listed, step
from labs.checks.rebuilding import did_not_build
from sandbox.facts import Rebuild

CLAIM = Claim(
    expected="After an edit of a file that does not matter to the app, every step comes from the cache",
    why=("What you copy is part of the cache key. Notes, logs and `.git` change all the time and say nothing new."),
)
HINT = (
    "Which line takes this file into the image, and does the app need it? Name it in `.dockerignore`, or "
    "copy by name what the app does need."
)


def run(rebuild: Rebuild, context: Context) -> Verdict:
    if not rebuild.build.ok:
        return did_not_build(CLAIM, rebuild)
    again = list(rebuild.rerun)
    # A stage that the final image only copies from may have installed everything again for the same result.
    if rebuild.dependencies_rerun and rebuild.dependency_step:
        again.append(rebuild.dependency_step)
    if again:
        line = rebuild.dependency_line if rebuild.dependencies_rerun else None
        return CLAIM.failed(f"An edit of {code(rebuild.edited)} built again: {listed(map(step, again))}", HINT, line)
    return CLAIM.passed(f"Nothing was built again after an edit of {code(rebuild.edited)}")


CHECK = Check("nothing-rebuilt-on-ignored-change", Rebuild, run)
