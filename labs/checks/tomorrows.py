"""What every check of another day says when nothing was built on it."""

from __future__ import annotations

from labs.checks.base import Claim, Verdict
from sandbox.tomorrowfacts import Tomorrow


def did_not_build(claim: Claim, tomorrow: Tomorrow) -> Verdict:
    problem = tomorrow.build.problem
    said = f": {problem.message}" if problem else ""
    return claim.failed(
        f"On another day it did not build any more{said}",
        "What does this step take that newer versions in the index, or a newer base, would change?",
        problem.line if problem and problem.file == "Dockerfile" else None,
    )
