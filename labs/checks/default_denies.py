"""`default-denies`: a call that the learner's profile does not name is refused."""

from __future__ import annotations

from labs.checks.base import Check, Claim, Context, Verdict
from labs.checks.describe import code, listed
from labs.checks.syscalling import call, not_loaded
from sandbox.syscallfacts import Syscalls

ALLOWS = "SCMP_ACT_ALLOW"
CLAIM = Claim(
    expected="Calls that no rule names are refused, and the rules name few that the app never makes",
    why="Kernels gain calls every year. A list of what is forbidden is out of date with the next one.",
)
HINT = (
    "What happens to a call that nobody thought of? `defaultAction` decides. Start from “refused”, and name what the "
    "app needs: that list is shorter than the list of everything dangerous, and it stays true."
)

GENERAL = (
    "Which of these does the app make? A general list without a few names is still a general list. Start from what was "
    "recorded from this app, and add only what you can say the need for."
)


def run(fact: Syscalls, context: Context) -> Verdict:
    if not fact.loaded:
        return not_loaded(CLAIM)
    others = [tried for tried in fact.calls if not tried.named and tried.outcome != "unknown"]
    through = [tried for tried in others if tried.outcome != "refused"]
    default = f"`defaultAction` is {code(fact.default_action)}"
    if fact.default_action == ALLOWS or through:
        names = f": {listed(map(call, through), ', ')}" if through else ""
        said = f"{default}, and {len(through)} of {len(others)} calls that it does not name got through{names}"
        return CLAIM.failed(said, HINT, file=fact.file)
    strange = [tried for tried in fact.calls if not tried.listed and tried.outcome != "unknown"]
    let = [tried for tried in strange if tried.outcome != "refused"]
    if 2 * len(let) > len(strange):
        names = listed(map(call, let), ", ")
        said = f"{len(let)} of {len(strange)} calls that are on no list here are let through: {names}"
        return CLAIM.failed(said, GENERAL, file=fact.file)
    return CLAIM.passed(f"{default}, and all {len(others)} calls tried that it does not name were refused")


CHECK = Check("default-denies", Syscalls, run)
