"""`no-shell`: nothing in the container runs a shell command."""

from __future__ import annotations

from labs.checks.base import Check, Claim, Context, Verdict
from labs.checks.describe import code, listed
from sandbox.contentfacts import Contents

CLAIM = Claim(
    expected="No shell starts in the running container",
    why="A hole in the app becomes a session on the machine through a shell; without one, there is little to run.",
)
HINT = (
    "What does the app need a shell for, once it is built? A distroless base has none: start the app by a command "
    "written as a list, and do in an earlier stage what takes a shell."
)


def run(contents: Contents, context: Context) -> Verdict:
    if contents.shells:
        return CLAIM.failed(f"{listed(map(code, contents.shells))} ran a command", HINT)
    return CLAIM.passed("Nothing that was tried ran a command")


CHECK = Check("no-shell", Contents, run)
