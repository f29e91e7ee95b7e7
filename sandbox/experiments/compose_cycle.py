"""`compose-cycle`: the project ended and started again, and asked what it was told before."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from sandbox.composefacts import ComposeCycle
from sandbox.experiments.compose_up import project_of, ready, settled
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
    if not ran.ok:
        session.client.ping()
        return replace(fact, problem=project.problem(ran))
    app = ready(session, experiment, project)
    if app is None:
        session.client.ping()
        return fact
    return replace(fact, answered=True, exchanges=settled(session, app, experiment))
