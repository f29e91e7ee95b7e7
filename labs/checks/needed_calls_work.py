"""`needed-calls-work`: every call that the lab says the app needs is let through by the learner's profile."""

from __future__ import annotations

from labs.checks.base import Check, Claim, Context, Verdict
from labs.checks.describe import code, listed
from labs.checks.syscalling import not_loaded, unknown
from sandbox.syscallfacts import Syscalls

CLAIM = Claim(
    expected="The kernel is asked for every call of the list, and none is refused by the profile",
    why="A profile that is too tight fails late: in the error path, at the first full disk, at midnight.",
)
NOTHING = "What does the kernel need to start any program at all? `execve` is a call like the others."
HINT = (
    "Is each of these on your list, spelt as in `calls.txt`? A name that the kernel does not have is no error for the "
    "engine: it is left out. And a condition on arguments holds for every use of the call."
)


def run(fact: Syscalls, context: Context) -> Verdict:
    if fact.problem and fact.line is not None:
        return not_loaded(CLAIM)
    if not fact.loaded:
        return CLAIM.failed(f"Nothing can be started under it: {fact.problem}", NOTHING, file=fact.file)
    needed = [tried for tried in fact.calls if tried.listed == "needed" and tried.outcome != "unknown"]
    refused = [tried for tried in needed if tried.outcome != "allowed"]
    if not refused:
        return CLAIM.passed(f"All {len(needed)} are let through{unknown(fact)}")
    names = listed((f"{code(tried.name)} ({tried.refusal})" for tried in refused), ", ")
    return CLAIM.failed(f"{len(refused)} of {len(needed)} are refused: {names}{unknown(fact)}", HINT, file=fact.file)


CHECK = Check("needed-calls-work", Syscalls, run)
