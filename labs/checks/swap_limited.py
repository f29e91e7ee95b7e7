"""`swap-limited`: past its memory, the service does not go on in swap."""

from __future__ import annotations

from labs.checks.base import Check, Claim, Context, Verdict
from labs.checks.describe import code
from labs.checks.pressing import FILE, line
from sandbox.composefacts import Pressure
from sandbox.limits import MB

WHY = "Left alone, the engine gives as much swap as memory: a leak is then not ended, it makes the whole machine slow."
HINT = (
    "What does `memswap_limit` count: swap alone, or memory and swap together? Together: the same figure as the memory "
    "limit leaves no swap."
)


def run(pressure: Pressure, context: Context) -> Verdict:
    claim = Claim(f"{code(pressure.service)} may use no swap beyond its memory", WHY)
    memory, both = pressure.bounds.memory, pressure.bounds.memory_and_swap
    if memory is None:
        return claim.not_measured("there is no memory limit")
    where = line(pressure, "memswap_limit", "mem_limit", "deploy")
    if both is None:
        return claim.failed(f"Memory ends at {memory / MB:g} MB, and swap nowhere", HINT, where, FILE)
    swap = (both - memory) / MB
    found = f"Memory and swap end at {both / MB:g} MB together, {swap:g} MB of it swap"
    return claim.failed(found, HINT, where, FILE) if swap > 0 else claim.passed(found)


CHECK = Check("swap-limited", Pressure, run)
