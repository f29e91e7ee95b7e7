"""`reason-names-the-cve`: whoever is stopped learns by which vulnerability, and by which not."""

from __future__ import annotations

from labs.checks.base import Check, Claim, Context, Verdict
from labs.checks.describe import code, listed
from sandbox.scriptfacts import CaseRun, Script

CLAIM = Claim(
    expected="The output names every vulnerability that stopped the image, and none that did not",
    why="“Denied” sends people to whoever can switch the gate off. A number and a package send them to the fix.",
)
HINT = (
    "Could somebody who reads only your script's output start to fix it? Collect the `VulnerabilityID`s that you "
    "select, and print those."
)


def run(fact: Script, context: Context) -> Verdict:
    cases = [run for run in fact.runs if run.group == "vulnerable"]
    wrong = [words for run in cases if (words := _words(run))]
    if wrong:
        return CLAIM.failed(listed(wrong), HINT, file=fact.file)
    return CLAIM.passed(f"In all {len(cases)} cases it names what stopped the image, and only that")


def _words(run: CaseRun) -> str:
    parts = []
    if run.missing:
        parts.append(f"does not name {listed(map(code, run.missing), ', ')}")
    if run.excess:
        parts.append(f"names {listed(map(code, run.excess), ', ')}, which is no reason")
    return f"{run.name.replace('-', ' ')}: it {' and '.join(parts)}" if parts else ""


CHECK = Check("reason-names-the-cve", Script, run)
