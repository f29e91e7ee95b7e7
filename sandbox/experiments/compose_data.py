"""`compose-data`: is what the app was told kept in a container's own layer, which goes when the container goes?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from sandbox.composefacts import ComposeData, Kept
from sandbox.experiments.compose_up import project_of
from sandbox.facts import Fact, LimitHit
from sandbox.logs import clean
from sandbox.plan import Experiment, fill
from sandbox.stopped import LimitReached

if TYPE_CHECKING:
    from sandbox.session import Session


def run(session: Session, experiment: Experiment, facts: Mapping[str, Fact]) -> ComposeData:
    project = project_of(session, experiment)
    needle = fill(experiment.text, session.plan.values)
    kept: list[Kept] = []
    for name, container in project.containers.items():
        answer = session.ask("search", container=container["Id"], needle=needle)
        if answer["too_many"]:
            raise LimitReached(LimitHit("disk", session.plan.limits.disk_mb, "MB", name))
        kept += [Kept(name, clean(place["path"])) for place in answer["places"]]
    services = project.project.services.values()
    lines = tuple((one.name, one.lines.get("volumes", one.line)) for one in services)
    return ComposeData(tuple(kept), project.services(), lines)
