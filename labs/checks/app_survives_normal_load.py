"""`app-survives-normal-load`: within its bounds the service still does its daily work."""

from __future__ import annotations

from labs.checks.base import Check, Claim, Context, Verdict
from labs.checks.describe import code, exchange, listed
from sandbox.composefacts import ComposeLoad

WHY = "A limit below what the work needs is an outage that you arrange yourself."
HINT = "What does the service use on an ordinary day? Leave room above that: the budget of the brief is enough."
FILE = "compose.yaml"


def run(load: ComposeLoad, context: Context) -> Verdict:
    at_once = context.experiment.at_once
    claim = Claim(f"{load.asked} requests, {at_once} at a time, are all answered well", WHY)
    if load.good == load.asked and load.exit_code is None:
        return claim.passed(f"All {load.asked} answered, the slowest after {load.slowest:.2f} s")
    told = [f"{load.good} of {load.asked} answered well", *map(exchange, load.bad[:2])]
    if load.oom_kills:
        told.append("it was ended for using more memory than its limit")
    if load.pids_refused:
        told.append("it was refused another thread")
    if load.exit_code is not None:
        told.append(f"{code(load.service)} ended with exit code {load.exit_code}")
    return claim.failed(listed(told), HINT, load.line, FILE)


CHECK = Check("app-survives-normal-load", ComposeLoad, run)
