"""`no-effective-capabilities`: no process holds a piece of root's power."""

from __future__ import annotations

from labs.checks.base import Check, Claim, Context, Verdict
from labs.checks.describe import code, listed
from sandbox.facts import Process, Start

CLAIM = Claim(
    expected="No process holds a capability, in use or in reserve",
    why="Capabilities are root's power in pieces: with one of them, a uid other than 0 is only half the way.",
)
HINT = (
    "Does the app need this power? Processes of root get Docker's default set, and a program can keep "
    "some with ambient capabilities. Run as another user from the start, on a port above 1023, and none "
    "is left."
)


def run(start: Start, context: Context) -> Verdict:
    if not start.processes:
        return CLAIM.not_measured("no process could be seen")
    holders = [p for p in start.processes if _held(p)]
    if holders:
        return CLAIM.failed(listed(map(_words, holders)), HINT)
    return CLAIM.passed(listed(f"PID {p.pid} {code(p.name)}: none" for p in start.processes))


def _held(process: Process) -> tuple[str, ...]:
    """A process that is root in any of its ids keeps capabilities in reserve; that is `no-root-process`'s to say."""
    return process.effective_capabilities or (() if 0 in process.uids else process.permitted_capabilities)


def _words(process: Process) -> str:
    names = _held(process)
    reserve = "" if process.effective_capabilities else " in reserve"
    return f"PID {process.pid} {code(process.name)} has {len(names)}{reserve}: {listed(names, ', ')}"


CHECK = Check("no-effective-capabilities", Start, run)
