"""`deps-rerun-on-manifest-change`: a package added to the manifest is installed, and the app imports it."""

from __future__ import annotations

from labs.checks.base import Check, Claim, Context, Verdict
from labs.checks.describe import code, exchange, listed, step
from labs.checks.rebuilding import did_not_build, no_dependency
from sandbox.facts import Rebuild, Start

CLAIM = Claim(
    expected=("After a package is added to the manifest, the install step runs again and the app imports the package"),
    why="A cache that does not notice a change of the packages ships yesterday's, and nobody sees it.",
)
HINT = (
    "Where does the install step learn which packages to install? Copy the manifest (or mount it) and "
    "install from that file: then its content is part of the step's cache key."
)
NOT_IMPORTED = "Are the packages that the step installs the ones that the app's Python finds when it runs?"


def run(rebuild: Rebuild, context: Context) -> Verdict:
    if not rebuild.build.ok:
        return did_not_build(CLAIM, rebuild)
    if rebuild.dependencies_rerun is None:
        return no_dependency(CLAIM, context)
    name, line = step(rebuild.dependency_step or ""), rebuild.dependency_line
    if not rebuild.dependencies_rerun:
        found = f"{name} came from the cache although {code(rebuild.edited)} had changed"
        return CLAIM.failed(found, HINT, line)
    return _imported(rebuild.start, name, line)


def _imported(start: Start | None, name: str, line: int | None) -> Verdict:
    if start is None or (start.answered and not start.exchanges):
        return CLAIM.not_measured("nothing was asked of the rebuilt app")
    if not start.answered:
        return CLAIM.failed(f"{name} ran again, but the rebuilt app never answered", NOT_IMPORTED, line)
    wrong = [e for e in start.exchanges if not e.ok]
    if wrong:
        return CLAIM.failed(f"{name} ran again, but: {listed(map(exchange, wrong))}", NOT_IMPORTED, line)
    return CLAIM.passed(f"{name} ran again, and {listed(map(exchange, start.exchanges))}")


CHECK = Check("deps-rerun-on-manifest-change", Rebuild, run)
