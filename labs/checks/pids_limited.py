"""`pids-limited`: the service cannot start processes without end."""

from __future__ import annotations

from labs.checks.base import Check, Claim, Context, Verdict
from labs.checks.describe import code
from labs.checks.pressing import FILE, line, press
from sandbox.composefacts import Pressure

WHY = "A fork bomb needs no memory to speak of: it ends a machine by using up its process numbers."
HINT = (
    "Which key counts processes and threads of this one service? `pids_limit`, or `pids` in `deploy.resources.limits`; "
    "`ulimits: nproc` counts by user, over all containers."
)


def run(pressure: Pressure, context: Context) -> Verdict:
    budget, bound = context.experiment.pids, pressure.bounds.pids
    claim = Claim(f"{code(pressure.service)} may have at most {budget} processes and threads", WHY)
    where = line(pressure, "pids_limit", "deploy")
    if bound is None:
        return claim.failed("The file sets no limit", HINT, where, FILE)
    tried = press(pressure, "pids")
    if bound > budget or tried is None or tried.ended == "finished":
        started = f"; {tried.got:g} threads were started in addition" if tried and tried.got > budget else ""
        return claim.failed(f"The limit is {bound}{started}", HINT, where, FILE)
    return claim.passed(f"The limit is {bound}; a loop that went for {tried.amount:g} threads got {tried.got:g}")


CHECK = Check("pids-limited", Pressure, run)
