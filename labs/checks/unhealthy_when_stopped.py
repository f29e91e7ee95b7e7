"""`unhealthy-when-stopped`: nobody listens on the app's port any more, and the health check sees it."""

from __future__ import annotations

from labs.checks.base import Check, Claim, Context, Verdict
from labs.checks.breaking import sees
from sandbox.healthfacts import Health

CLAIM = Claim(
    expected="Unhealthy once connections to the app's port are refused",
    why="The process may live on while nobody is served: that is what a health check is for.",
)
HINT = (
    "Does the check ask the app, or something else that is still well, like a process or a file? And does the whole "
    "command fail when the request does? `|| true` and `; exit 0` hide it."
)


def run(health: Health, context: Context) -> Verdict:
    return sees(CLAIM, health, "refuse", HINT)


CHECK = Check("unhealthy-when-stopped", Health, run)
