"""`memory-limited`: the kernel lets the service have its budget of memory and no more."""

from __future__ import annotations

from labs.checks.base import Check, Claim, Context, Verdict
from labs.checks.describe import code
from labs.checks.pressing import FILE, line, press
from sandbox.composefacts import Pressure
from sandbox.limits import MB

WHY = "Without a limit, one leak takes the machine's memory, and the kernel chooses whose process ends."
HINT = (
    "Which key says how much a service may have at most? `mem_limit`, or `limits` below `deploy.resources`; a "
    "reservation is what it gets at least, and limits nothing."
)


def run(pressure: Pressure, context: Context) -> Verdict:
    budget, bound = context.experiment.memory_mb, pressure.bounds.memory
    claim = Claim(f"{code(pressure.service)} may use at most {budget} MB of memory", WHY)
    where = line(pressure, "mem_limit", "deploy")
    if bound is None:
        return claim.failed(
            "The file sets no limit: a leak would go on for as long as there is memory", HINT, where, FILE
        )
    tried = press(pressure, "memory")
    got = f"; a process that went for {tried.amount:g} MB was stopped at {tried.got:g} MB" if tried else ""
    if bound > budget * MB or tried is None or tried.ended == "finished":
        reached = f"; a process had {tried.got:g} MB and went on" if tried and tried.ended == "finished" else ""
        return claim.failed(f"The limit is {bound / MB:g} MB{reached}", HINT, where, FILE)
    return claim.passed(f"The limit is {bound / MB:g} MB{got}")


CHECK = Check("memory-limited", Pressure, run)
