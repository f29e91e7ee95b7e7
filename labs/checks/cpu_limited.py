"""`cpu-limited`: the service gets its share of processor time, also when nobody else wants any."""

from __future__ import annotations

from labs.checks.base import Check, Claim, Context, Verdict
from labs.checks.describe import code
from labs.checks.pressing import FILE, line, press
from sandbox.composefacts import Pressure

WHY = "A service that spins should slow itself down and nobody else."
HINT = (
    "What holds when the machine is idle? Shares and reservations only decide between services that compete; `cpus`, "
    "or `cpus` in `deploy.resources.limits`, is an upper bound."
)


def run(pressure: Pressure, context: Context) -> Verdict:
    budget, bound = context.experiment.cpus, pressure.bounds.cpus
    claim = Claim(f"{code(pressure.service)} may use at most {_processors(budget)}", WHY)
    where = line(pressure, "cpus", "cpu_quota", "cpu_shares", "deploy")
    tried = press(pressure, "cpu")
    # How much a spinning process gets depends on the machine too: the kernel's own bound decides, and what was used is
    # shown where it says the same.
    used = tried.cpu_seconds / tried.elapsed if tried and tried.elapsed else 0.0
    within = bound is not None and bound <= budget + 0.001
    spun = f"; two spinning processes used {used:.2f} of a processor" if used and (used > budget) != within else ""
    if bound is None:
        return claim.failed(f"The file sets no limit{spun}", HINT, where, FILE)
    if bound > budget + 0.001:
        return claim.failed(f"The limit is {_processors(bound)}{spun}", HINT, where, FILE)
    return claim.passed(f"The limit is {_processors(bound)}{spun}")


def _processors(number: float) -> str:
    return f"{number:g} processor{'' if number == 1 else 's'}"


CHECK = Check("cpu-limited", Pressure, run)
