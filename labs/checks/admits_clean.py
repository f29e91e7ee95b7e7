"""`admits-clean`: an image that the policy allows gets through."""

from __future__ import annotations

from labs.checks.base import Check, Claim, Context, Verdict
from labs.checks.describe import listed
from labs.checks.gating import case, never_ran
from sandbox.scriptfacts import Script

CLAIM = Claim(
    expected="Every image that the policy allows ends with exit code 0",
    why="A gate that stops everything is taken down by the first team that has to deploy.",
)
HINT = (
    "Which of its parts stopped a good image? A result may have no `Vulnerabilities`, or null in their place; a "
    "vulnerability without `FixedVersion` cannot be fixed yet."
)
NOT_A_PROGRAM = "How does the kernel know which program reads your file? Its first line begins with `#!` and names one."


def run(fact: Script, context: Context) -> Verdict:
    cases = [run for run in fact.runs if run.admits]
    wrong = [run for run in cases if not run.admitted]
    if wrong:
        hint = NOT_A_PROGRAM if all(map(never_ran, fact.runs)) else HINT
        return CLAIM.failed(listed(map(case, wrong)), hint, file=fact.file)
    return CLAIM.passed(f"All {len(cases)} got through")


CHECK = Check("admits-clean", Script, run)
