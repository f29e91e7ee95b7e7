"""`twins`: two containers from one image. What one of them was told, the other must not know."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from sandbox import containers
from sandbox.experiments.start import exchange
from sandbox.facts import Build, Fact, Start, Twins
from sandbox.plan import Experiment

if TYPE_CHECKING:
    from sandbox.session import Session


def run(session: Session, experiment: Experiment, facts: Mapping[str, Fact]) -> Twins:
    built = facts[str(experiment.after)]
    assert isinstance(built, Build)  # noqa: S101  # the lab's specification was checked for it
    apps = [containers.launch(session, str(built.image_id)) for _ in range(2)]
    started = [app for app in apps if not isinstance(app, Start)]
    if len(started) < 2 or not all(_ready(session, app, experiment) for app in started):
        return Twins(False)
    first, second = started
    session.containers[experiment.id] = second  # for what comes after, and may end it
    asked = tuple(exchange(session, first, experiment, request) for request in experiment.requests)
    return Twins(True, asked, exchange(session, second, experiment, experiment.requests[-1]))


def _ready(session: Session, app: containers.App, experiment: Experiment) -> bool:
    seconds = session.plan.limits.start_seconds
    answer, _ = containers.until_ready(session, app, experiment.port, experiment.ready, seconds)
    return answer.status is not None and 200 <= answer.status < 300
