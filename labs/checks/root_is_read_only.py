"""`root-is-read-only`: the kernel refuses even root's writes in the container's own file system."""

from __future__ import annotations

from labs.checks.base import Check, Claim, Context, Verdict
from labs.checks.describe import code, listed
from sandbox.composefacts import ComposeMounts

CLAIM = Claim(
    expected="The root file system is mounted read-only, and a write as uid 0 ends with EROFS",
    why="What cannot be written cannot be changed by whoever gets in: no web shell, no exchanged program, no new job.",
)
HINT = (
    "Which key of a service mounts its root read-only? Owners and modes do not: root passes them. And is there still a "
    "place for what the app has to write?"
)


def run(mounts: ComposeMounts, context: Context) -> Verdict:
    line = mounts.read_only_line or mounts.line
    made = [one.path for one in mounts.writes if one.error != "EROFS"]
    if not mounts.writes:
        return CLAIM.not_measured("no directory could be tried")
    if not mounts.root_read_only or made:
        places = listed((code(path) for path in made), ", ")
        root = "read-only" if mounts.root_read_only else "writable"
        found = f"/ is mounted {root}; " + (f"uid 0 created a file in {places}" if made else "no write was refused")
        return CLAIM.failed(found, HINT, line, "compose.yaml")
    refused = len(mounts.writes)
    return CLAIM.passed(f"/ is mounted read-only; uid 0 was refused in all {refused} directories with EROFS")


CHECK = Check("root-is-read-only", ComposeMounts, run)
