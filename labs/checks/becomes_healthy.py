"""`becomes-healthy`: the image brings a health check, and it says that the working app is well."""

from __future__ import annotations

from labs.checks.base import Check, Claim, Context, Verdict
from labs.checks.breaking import NONE, said
from labs.checks.describe import code
from sandbox.healthfacts import Health

CLAIM = Claim(
    expected="The image has a health check, and the running app becomes healthy by it",
    why="A check that fails on a good app has it restarted for nothing, and is soon switched off.",
)
MISSING = (
    "How would Docker know that the app works, beyond that its process lives? `HEALTHCHECK CMD …` in the final stage "
    "is a command that Docker runs inside the container; exit status 0 means healthy."
)
UNWELL = (
    "Does the command work when you run it inside the container? It needs a program that the final image holds, "
    "and the port that the app listens on: slim images have no curl and no wget."
)
ENDED = "Does the check end the container's first process? It should report and change nothing."


def run(health: Health, context: Context) -> Verdict:
    if health.test in NONE:
        found = "`HEALTHCHECK NONE` switches it off" if health.test else "The final image declares no health check"
        return CLAIM.failed(found, MISSING, health.line)
    if not health.answered:
        return CLAIM.not_measured("the app never answered")
    if health.healthy:
        return CLAIM.passed(f"Healthy {health.healthy_seconds:.1f} s after the app first answered")
    if health.exit_code is not None:
        found = f"The container ended with exit code {health.exit_code}, and was never healthy"
        return CLAIM.failed(found, ENDED, health.line)
    words = code(" ".join(health.test[1:]), 80)
    return CLAIM.failed(f"{words} never succeeded: {said(health.trial)}", UNWELL, health.line)


CHECK = Check("becomes-healthy", Health, run)
