"""`no-package-manager`: the container has nothing of the distribution's to install packages with."""

from __future__ import annotations

from labs.checks.base import Check, Claim, Context, Verdict
from labs.checks.describe import code, listed
from sandbox.contentfacts import Contents

CLAIM = Claim(
    expected="No package manager of the distribution in the container",
    why="A container is replaced, not changed: what installs packages at run time serves nobody but an intruder.",
)
HINT = (
    "Who would call it, once the image is built? It comes with the base of the last FROM; a distroless base is "
    "assembled without one."
)


def run(contents: Contents, context: Context) -> Verdict:
    if contents.managers:
        return CLAIM.failed(listed(map(code, contents.managers)), HINT)
    return CLAIM.passed("None was found")


CHECK = Check("no-package-manager", Contents, run)
