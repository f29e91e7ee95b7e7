"""`unhealthy-on-500`: the port is served, but every answer is an error, and the health check sees it."""

from __future__ import annotations

from labs.checks.base import Check, Claim, Context, Verdict
from labs.checks.breaking import sees
from sandbox.healthfacts import Health

CLAIM = Claim(
    expected="Unhealthy once every request is answered with status 500",
    why="An app that lost its database still listens. Only its answer tells.",
)
HINT = (
    "What does your command do with an error status? `curl` needs `--fail` to care; a connection alone says that "
    "somebody listens, not that it works."
)


def run(health: Health, context: Context) -> Verdict:
    return sees(CLAIM, health, "error", HINT)


CHECK = Check("unhealthy-on-500", Health, run)
