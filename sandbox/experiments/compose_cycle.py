"""`compose-cycle`: the project ended and started again, and asked what it was told before."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from sandbox import containers
from sandbox.composefacts import ComposeCycle
from sandbox.experiments.compose_up import project_of, settled
from sandbox.facts import Fact
from sandbox.plan import Experiment

if TYPE_CHECKING:
    from sandbox.session import Session


def run(session: Session, experiment: Experiment, facts: Mapping[str, Fact]) -> ComposeCycle:
    project, how = project_of(session, experiment), experiment.how
    begun = time.monotonic()
    if how == "recreate":
        project.leave()
        ran = project.up("--force-recreate")
    else:
        ended = project.down()
        ran = project.up() if ended.ok else ended
    fact = ComposeCycle(how, False, round(time.monotonic() - begun, 3), services=project.services())
    app = project.app(experiment.service) if ran.ok else None
    if app is None:
        session.client.ping()
        return replace(fact, problem=None if ran.ok else project.problem(ran))
    seconds = session.plan.limits.start_seconds
    answer, _ = containers.until_ready(session, app, experiment.port, experiment.ready, seconds)
    if answer.status is None or not 200 <= answer.status < 300:
        return fact
    return replace(fact, answered=True, exchanges=settled(session, app, experiment))
