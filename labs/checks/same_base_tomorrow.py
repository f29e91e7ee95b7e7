"""`same-base-tomorrow`: after the tags moved, the image still stands on the same base."""

from __future__ import annotations

from labs.checks.base import Check, Claim, Context, Verdict
from labs.checks.describe import code, listed
from labs.checks.tomorrows import did_not_build
from sandbox.tomorrowfacts import Tomorrow

CLAIM = Claim(
    expected="Built again after the tags moved, the image stands on the same base",
    why="A base that changes by itself brings other libraries, other defects and other fixes than those you tested.",
)
HINT = "What decides which image the last `FROM` means on that day: your file, or whoever moves the tag?"


def run(tomorrow: Tomorrow, context: Context) -> Verdict:
    if not tomorrow.build.ok:
        return did_not_build(CLAIM, tomorrow)
    if tomorrow.moved:
        return CLAIM.failed(f"It stands on a newer build of {listed(map(code, tomorrow.moved))}", HINT)
    return CLAIM.passed(f"Still {code(tomorrow.base)}" if tomorrow.base else "It stands on no image from outside")


CHECK = Check("same-base-tomorrow", Tomorrow, run)
