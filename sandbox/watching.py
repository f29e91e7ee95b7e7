"""Watches the health of a running container, as the engine reports it.

A state counts only with a run of the check that began after the change that is waited for, and while the container
runs: pausing or stopping a container turns it unhealthy without any check.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Literal

from sandbox.healthfacts import Trial
from sandbox.logs import clean

if TYPE_CHECKING:
    from sandbox.session import Session

INTERVAL = 0.5  # seconds between two runs of the check, in our run only
# Runs that say otherwise: then the state is not going to change. Failing ones are given more time, since a busy machine
# makes a good check fail, and none makes a blind one succeed; a run that was ended for its time proves nothing at all.
ENOUGH = {"healthy": 5, "unhealthy": 3}
SLACK_SECONDS = 4.0  # for starting a check's processes on a busy machine
LOOK_SECONDS = 0.1
OUTPUT_CHARACTERS = 300

State = Literal["healthy", "unhealthy"]


@dataclass(frozen=True, slots=True)
class Waited:
    """How waiting for a state ended. `trial`: the newest run of the check that began meanwhile."""

    reached: bool
    seconds: float
    trial: Trial | None
    exit_code: int | None  # not None: the container has ended


@dataclass(frozen=True, slots=True)
class Watch:
    """One container whose check runs every INTERVAL seconds, each time for at most `timeout`."""

    session: Session
    container: str
    timeout: float

    def wait(self, wanted: State) -> Waited:
        """Until the state is reached, the container has ended, or enough runs of the check said otherwise."""
        begun, seconds, last = time.time(), 0.0, None
        longest = 3 * (INTERVAL + self.timeout) + self.session.patient(SLACK_SECONDS)
        while not self.session.stop.is_set() and seconds < longest:
            status, exit_code, trials = self._look(begun)
            seconds, last = round(time.time() - begun, 3), trials[-1] if trials else last
            if exit_code is not None:
                return Waited(False, seconds, last, exit_code)
            right = [trial for trial in trials if (trial.exit_code == 0) == (wanted == "healthy")]
            if right and status == wanted:
                return Waited(True, seconds, right[-1], None)
            against = [trial for trial in trials if trial not in right and trial.exit_code != -1]
            if len(against) >= ENOUGH[wanted]:
                break
            time.sleep(LOOK_SECONDS)
        return Waited(False, seconds, last, None)

    def _look(self, since: float) -> tuple[str, int | None, list[Trial]]:
        """(state, exit code of a container that has ended, the runs of the check that began since then)."""
        state = self.session.client.inspect_container(self.container)["State"]
        health = state.get("Health") or {}
        trials = [
            Trial(int(entry["ExitCode"]), clean(entry.get("Output") or "")[-OUTPUT_CHARACTERS:])
            for entry in health.get("Log") or ()
            if moment(entry["Start"]) >= since
        ]
        return str(health.get("Status", "")), None if state["Running"] else int(state["ExitCode"]), trials


def moment(text: str) -> float:
    """Seconds of the engine's RFC 3339 time, which has nanoseconds and any zone."""
    head, dot, rest = text.partition(".")
    zone = rest.lstrip("0123456789")
    digits = rest[: len(rest) - len(zone)][:6]
    return datetime.fromisoformat((head + dot + digits + zone).replace("Z", "+00:00")).timestamp()
