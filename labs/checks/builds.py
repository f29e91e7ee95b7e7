"""`builds`: the Dockerfile becomes an image."""

from __future__ import annotations

from labs.checks.base import Check, Claim, Context, Verdict
from sandbox.facts import Build, Problem

CLAIM = Claim(
    expected="The build ends with an image",
    why="Everything else is measured on the image, so it comes first.",
)
HINT = (
    "Which is the first line that the log complains about? Steps run from top to bottom, and a step sees "
    "only the files that the lines above it have copied or made."
)
BEFORE_THE_FIRST_STEP = "Does the file say at that place what you meant? No step has run yet."


def run(build: Build, context: Context) -> Verdict:
    if build.ok:
        cached = sum(step.cached for step in build.steps)
        return CLAIM.passed(f"Built in {build.seconds:.1f} s: {len(build.steps)} steps, {cached} from the cache")
    problem = build.problem or Problem("The build did not end well; the log says more.")
    line = problem.line if problem.file == "Dockerfile" else None
    place = f" ({problem.file}, line {problem.line})" if problem.line and line is None else ""
    return CLAIM.failed(problem.message + place, HINT if build.steps else BEFORE_THE_FIRST_STEP, line)


CHECK = Check("builds", Build, run)
