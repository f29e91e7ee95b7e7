"""`no-writable-mount-over-image-files`: no mount gives back the right to write what the image ships."""

from __future__ import annotations

from labs.checks.base import Check, Claim, Context, Verdict
from labs.checks.describe import code, listed
from sandbox.composefacts import ComposeMounts

CLAIM = Claim(
    expected="No writable mount lies over programs, settings or code of the image",
    why=(
        "A writable volume over the code makes it as changeable as before, and keeps the change for the next container."
    ),
)
HINT = (
    "What does the app have to write, and in which directory of its own can that be? Mount that one alone, a directory "
    "in which the image ships nothing."
)


def run(mounts: ComposeMounts, context: Context) -> Verdict:
    if mounts.covered:
        first = mounts.covered[0]
        line = mounts.tmpfs_line if first.kind == "tmpfs" else mounts.volumes_line
        found = listed(
            f"{code(one.path)} is writable and covers {listed(map(code, one.files[:3]), ', ')}"
            for one in mounts.covered
        )
        return CLAIM.failed(found, HINT, line or mounts.line, "compose.yaml")
    writable = [one for one in mounts.mounts if not one.read_only]
    return CLAIM.passed(f"Writable: {listed((code(one.path) for one in writable), ', ') or 'nothing'}")


CHECK = Check("no-writable-mount-over-image-files", ComposeMounts, run)
