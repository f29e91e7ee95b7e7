"""`compose-load`: a service asked as often, and by as many at once, as its people ask it."""

from __future__ import annotations

import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from sandbox.composefacts import ComposeLoad
from sandbox.errors import SandboxError
from sandbox.experiments.compose_up import project_of
from sandbox.experiments.start import exchange
from sandbox.facts import Exchange, Fact
from sandbox.plan import Experiment, Request

if TYPE_CHECKING:
    from sandbox.session import Session

SHOWN = 5


def run(session: Session, experiment: Experiment, facts: Mapping[str, Fact]) -> ComposeLoad:
    project = project_of(session, experiment)
    app = project.app(experiment.service)
    if app is None:
        raise SandboxError(f"{experiment.service} answered, and has no address any more")
    before = session.ask("counters", container=app.id)

    def one(request: Request) -> tuple[Exchange, float]:
        begun = time.monotonic()
        return exchange(session, app, experiment, request), time.monotonic() - begun

    requests = list(experiment.requests) * experiment.repeat
    with ThreadPoolExecutor(experiment.at_once) as pool:
        asked = list(pool.map(one, requests))
    # What got no answer at all is asked once more, when nobody else asks: a busy machine decides nothing.
    silent = [number for number, (made, _) in enumerate(asked) if made.status is None][:SHOWN]
    for number in silent:
        asked[number] = one(requests[number])
    bad = [made for made, _ in asked if not made.ok]
    after = session.ask("counters", container=app.id)
    project.look()
    service = next(one for one in project.services() if one.name == experiment.service)
    return ComposeLoad(
        service=experiment.service,
        asked=len(asked),
        good=len(asked) - len(bad),
        slowest=round(max(seconds for _, seconds in asked), 3),
        bad=tuple(bad[:SHOWN]),
        oom_kills=after["oom_kills"] - before["oom_kills"],
        pids_refused=after["pids_refused"] - before["pids_refused"],
        exit_code=service.exit_code,
        line=service.line,
    )
