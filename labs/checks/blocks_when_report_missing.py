"""`blocks-when-report-missing`: without a report that can be read, nothing gets through."""

from __future__ import annotations

from labs.checks.base import Check, Claim, Context, Verdict
from labs.checks.gating import refuses
from sandbox.scriptfacts import Script

CLAIM = Claim(
    expected="A report that is missing, empty or cut off ends with an exit code other than 0",
    why="Scanners crash, disks fill up, downloads break. A gate that opens then is open when it matters.",
)
HINT = (
    "What is the exit status of `jq` on an empty file, and of a test on an empty string? “Found nothing” and “read "
    "nothing” must not look the same: refuse unless you know."
)


def run(fact: Script, context: Context) -> Verdict:
    return refuses(CLAIM, fact, "report", HINT)


CHECK = Check("blocks-when-report-missing", Script, run)
