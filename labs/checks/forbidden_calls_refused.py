"""`forbidden-calls-refused`: none of the calls that the lab forbids gets through, by none of its names."""

from __future__ import annotations

from labs.checks.base import Check, Claim, Context, Verdict
from labs.checks.describe import listed
from labs.checks.syscalling import call, not_loaded, unknown
from sandbox.syscallfacts import Syscalls

CLAIM = Claim(
    expected="Every forbidden call is refused, whatever its arguments",
    why="Each has been a step out of a container, or of what an intruder does next. The app needs none.",
)
HINT = (
    "Which rule lets these through? A call has twins that do the same: `mkdir` and `mkdirat`, `chmod` and its four "
    "relatives, `clone` and `clone3`. And `clone` makes a thread or a namespace, depending on the flags in its first "
    "argument: a rule with `args` can tell them apart."
)

PRETENDED = (
    "Which error does `errnoRet` or `defaultErrnoRet` give? 0 is no error: the program goes on as if the call had been "
    "made. Use 1, EPERM, or leave the key out."
)


def run(fact: Syscalls, context: Context) -> Verdict:
    if not fact.loaded:
        return not_loaded(CLAIM)
    forbidden = [tried for tried in fact.calls if tried.listed == "forbidden" and tried.outcome != "unknown"]
    through = [tried for tried in forbidden if tried.outcome != "refused"]
    if through:
        said = f"{len(through)} of {len(forbidden)} were not refused: {listed(map(call, through), ', ')}{unknown(fact)}"
        pretended = all(tried.outcome == "pretended" for tried in through)
        return CLAIM.failed(said, PRETENDED if pretended else HINT, file=fact.file)
    return CLAIM.passed(f"All {len(forbidden)} are refused")


CHECK = Check("forbidden-calls-refused", Syscalls, run)
