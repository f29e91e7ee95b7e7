"""`unhealthy-on-hang`: the app answers nothing at all, and the health check does not wait for ever."""

from __future__ import annotations

from labs.checks.base import Check, Claim, Context, Verdict
from labs.checks.breaking import sees
from sandbox.healthfacts import Health

CLAIM = Claim(
    expected="Unhealthy once the app lets every request wait",
    why="A hung app is the commonest broken one: it crashes nowhere and serves nobody.",
)
HINT = (
    "What does the check say when no answer comes? A request that ran out of time has failed, so its exit status "
    "must not be 0; and a request left in the background has not been asked at all."
)

STALL = (
    "Does the check wait for an answer? A hung app still takes connections, because the kernel makes them for it: "
    "send a request, and look at the status that comes back."
)


def run(health: Health, context: Context) -> Verdict:
    dropped = sees(CLAIM, health, "hang", HINT)
    tried = any(broken.fault == "stall" for broken in health.faults)
    return sees(CLAIM, health, "stall", STALL) if dropped.status == "passed" and tried else dropped


CHECK = Check("unhealthy-on-hang", Health, run)
