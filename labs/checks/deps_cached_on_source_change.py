"""`deps-cached-on-source-change`: an edited line of source installs nothing again, and reaches the app."""

from __future__ import annotations

from labs.checks.base import Check, Claim, Context, Verdict
from labs.checks.describe import code, exchange, listed, step
from labs.checks.rebuilding import did_not_build, no_dependency
from sandbox.facts import Rebuild

CLAIM = Claim(
    expected="After one edited line of source, the step that installs the packages comes from the cache",
    why=("Source changes every few minutes, the list of packages every few weeks; who waits for both waits all day."),
)
HINT = (
    "What does this step need to run, and what has been copied before it? A step runs again when "
    "anything above it changed: copy the list of packages alone, install, and only then copy the source."
)
NOT_REACHED = (
    "Where does the app's source in your image come from? It has to be copied from the build context, "
    "after the packages are installed: otherwise an edit has no effect."
)


def run(rebuild: Rebuild, context: Context) -> Verdict:
    if not rebuild.build.ok:
        return did_not_build(CLAIM, rebuild)
    if rebuild.dependencies_rerun is None:
        return no_dependency(CLAIM, context)
    name, line = step(rebuild.dependency_step or ""), rebuild.dependency_line
    if rebuild.dependencies_rerun:
        return CLAIM.failed(f"{name} ran again after an edit of {code(rebuild.edited)}", HINT, line)
    if rebuild.start is not None:
        wrong = [e for e in rebuild.start.exchanges if not e.ok]
        if wrong or not rebuild.start.answered:
            said = listed(map(exchange, wrong)) or "the rebuilt app never answered"
            return CLAIM.failed(f"The edit of {code(rebuild.edited)} did not reach the app: {said}", NOT_REACHED)
    return CLAIM.passed(f"{name} came from the cache; built again: {listed(map(step, rebuild.rerun)) or 'nothing'}")


CHECK = Check("deps-cached-on-source-change", Rebuild, run)
