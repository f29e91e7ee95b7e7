"""`no-root-process`: none of the container's processes is uid 0, in any of its four ids, at any look."""

from __future__ import annotations

from labs.checks.base import Check, Claim, Context, Verdict
from labs.checks.describe import listed, process
from sandbox.facts import Start

CLAIM = Claim(
    expected="No process has uid 0: not as real, effective, saved or file system id",
    why=("Root in a container is one kernel bug away from root outside it, and inside it nothing stops it at all."),
)
HINT = (
    "Who starts this process, and as whom? The last USER of the final stage decides for PID 1; an entry "
    "point that begins as root must hand over with `exec gosu` or `exec setpriv`, and helpers started "
    "before that stay root."
)


def run(start: Start, context: Context) -> Verdict:
    if not start.processes:
        return CLAIM.not_measured("no process could be seen")
    root = [p for p in start.processes if 0 in p.uids]
    if root:
        return CLAIM.failed(listed(map(process, root)), HINT)
    return CLAIM.passed(listed(map(process, start.processes)))


CHECK = Check("no-root-process", Start, run)
