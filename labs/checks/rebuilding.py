"""What every check of a rebuild says when there is nothing to compare."""

from __future__ import annotations

from labs.checks.base import Claim, Context, Verdict
from labs.checks.describe import code
from sandbox.facts import Rebuild


def did_not_build(claim: Claim, rebuild: Rebuild) -> Verdict:
    problem = rebuild.build.problem
    said = f": {problem.message}" if problem else ""
    return claim.failed(
        f"After an edit of {code(rebuild.edited)} it did not build any more{said}",
        "Does a step depend on the exact content of this file? An edit like this one has to build.",
        problem.line if problem and problem.file == "Dockerfile" else None,
    )


def no_dependency(claim: Claim, context: Context) -> Verdict:
    package = code(context.experiment.dependency)
    return claim.not_measured(
        f"we look for the file of {package} in the layers of your stages, and found it in none",
        f"Which step installs the packages? Let one step put {package} into a stage as ordinary files.",
    )
