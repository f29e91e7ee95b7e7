"""`recovers`: once the app works again, the same container is healthy again."""

from __future__ import annotations

from labs.checks.base import Check, Claim, Context, Verdict
from labs.checks.breaking import said
from sandbox.healthfacts import Health

CLAIM = Claim(
    expected="Healthy again once the app works again, in the same container",
    why="Most faults pass. A check reports; whether to restart, and when, is for the one who runs the container.",
)
ENDED = (
    "Does the check stop the app when it fails, as `|| kill 1` does? Report with the exit status, and leave the "
    "restart to whoever runs the container."
)
STAYED = "Does the check remember that it failed, in a file perhaps? Every run should look at the app afresh."


def run(health: Health, context: Context) -> Verdict:
    for broken in health.faults:
        if broken.exit_code is not None:
            found = f"The container ended with exit code {broken.exit_code} when its app was broken"
            return CLAIM.failed(found, ENDED, health.line)
        if broken.unhealthy and not broken.recovered:
            return CLAIM.failed(f"It stayed unhealthy: {said(broken.mended_trial)}", STAYED, health.line)
    mended = [broken.recovered_seconds for broken in health.faults if broken.recovered]
    if not mended:
        return CLAIM.not_measured("it was not unhealthy while its app was broken")
    return CLAIM.passed(f"Healthy again {max(mended):.1f} s after the app was mended")


CHECK = Check("recovers", Health, run)
