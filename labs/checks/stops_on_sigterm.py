"""`stops-on-sigterm`: asked to end, the app ends by itself."""

from __future__ import annotations

from labs.checks.base import Check, Claim, Context, Verdict
from labs.checks.describe import code
from sandbox.facts import Stop

CLAIM = Claim(
    expected="Asked to stop, the app ends before it is killed",
    why="A killed app loses what it had not written, and every stop waits ten seconds for nothing.",
)
HINT = (
    "Who is PID 1, and does it hear the signal? Written without brackets, `CMD` starts a shell that passes nothing on. "
    'Write it as a list, `CMD ["python", "app.py"]`, or let a script end with `exec`.'
)


def run(stop: Stop, context: Context) -> Verdict:
    first = f"PID 1 was {code(stop.first_process)}" if stop.first_process else "PID 1 was gone"
    if stop.killed:
        return CLAIM.failed(f"{stop.signal} did not end it: killed after {stop.seconds:.1f} s; {first}", HINT)
    return CLAIM.passed(f"Ended {stop.seconds:.1f} s after {stop.signal} with exit code {stop.exit_code}; {first}")


CHECK = Check("stops-on-sigterm", Stop, run)
