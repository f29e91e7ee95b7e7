"""`stop`: does the app end when it is asked to, or only when it is killed? The container is gone afterwards."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import TYPE_CHECKING

from sandbox.facts import Fact, Stop
from sandbox.logs import clean
from sandbox.plan import Experiment

if TYPE_CHECKING:
    from sandbox.session import Session

KILLED = 137  # 128 + SIGKILL


def run(session: Session, experiment: Experiment, facts: Mapping[str, Fact]) -> Stop:
    app = session.containers[str(experiment.after)]
    config = session.client.inspect_container(app.id)["Config"]
    seen = session.ask("processes", container=app.id)["processes"]
    first = next((clean(p["command"] or p["name"]) for p in seen if p["pid"] == 1), "")
    begun = time.monotonic()
    session.client.stop(app.id, timeout=int(session.plan.limits.stop_seconds))
    seconds = round(time.monotonic() - begun, 3)
    exit_code = int(session.client.inspect_container(app.id)["State"]["ExitCode"])
    return Stop(clean(str(config.get("StopSignal") or "SIGTERM")), seconds, exit_code == KILLED, exit_code, first)
