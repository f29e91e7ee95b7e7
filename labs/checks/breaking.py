"""What every check of a broken app says: the health check has to see it, while the container goes on running."""

from __future__ import annotations

from labs.checks.base import Claim, Verdict
from labs.checks.describe import code
from sandbox.healthfacts import Health, Trial

NONE: tuple[tuple[str, ...], ...] = ((), ("NONE",))


def sees(claim: Claim, health: Health, fault: str, hint: str) -> Verdict:
    """Did it turn unhealthy? A container that ended instead is the matter of another check, `recovers`."""
    broken = next((broken for broken in health.faults if broken.fault == fault), None)
    if any(other.exit_code is not None for other in health.faults):
        return claim.not_measured("the container ended when its app was broken, so it had no health any more")
    if broken is None:
        return claim.not_measured("the container was not healthy before")
    if broken.unhealthy:
        return claim.passed(f"Unhealthy after {broken.unhealthy_seconds:.1f} s: {said(broken.trial)}")
    return claim.failed(f"It stayed healthy: {said(broken.trial)}", hint, health.line)


def said(trial: Trial | None) -> str:
    """the check ended with 22 and printed `curl: (22) …`."""
    if trial is None:
        return "the check did not end in the time that we waited"
    if trial.exit_code == -1:
        return "the check was ended when its time was over"
    lines = [line for line in trial.output.splitlines() if line.strip()]
    # Tools end with what went wrong; the lines before it are a trace of calls, or a table of progress.
    printed = f"printed {code(lines[-1], 140)}" if lines else "printed nothing"
    return f"the check ended with {trial.exit_code} and {printed}"
