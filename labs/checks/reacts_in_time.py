"""`reacts-in-time`: by the image's own settings, a fault is known within minutes."""

from __future__ import annotations

from labs.checks.base import Check, Claim, Context, Verdict
from labs.checks.breaking import NONE
from sandbox.healthfacts import Health

LONGEST_SECONDS = 300.0
CLAIM = Claim(
    expected="By its own settings, a fault is known after 5 minutes at most",
    why="A check once an hour is right twice a day: until it speaks, requests go to a broken app.",
)
HINT = (
    "How long is it from a fault to the word “unhealthy”? At most the start period and then, for each of the retries, "
    "an interval and a timeout. Docker's own settings (30 s, 30 s, 3 retries) stay below that."
)


def run(health: Health, context: Context) -> Verdict:
    if health.test in NONE:
        return CLAIM.not_measured("the image declares no health check")
    longest = health.start_period + health.retries * (health.interval + health.timeout)
    start = f"{health.start_period:g} s start period + " if health.start_period else ""
    once = f"({health.interval:g} s interval + {health.timeout:g} s timeout)"
    found = f"{start}{health.retries} times {once} = {longest:g} s"
    if longest > LONGEST_SECONDS:
        return CLAIM.failed(found, HINT, health.line)
    return CLAIM.passed(found)


CHECK = Check("reacts-in-time", Health, run)
