"""`compose-up`: the learner's compose.yaml started by Compose itself; one service is asked as an image's app is."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

from sandbox import containers
from sandbox.compose import running
from sandbox.compose.client import Ran
from sandbox.compose.nodes import Missing, Wrong
from sandbox.compose.running import Running
from sandbox.composefacts import ComposeUp
from sandbox.errors import SandboxError
from sandbox.experiments.start import exchange, processes
from sandbox.facts import Build, Exchange, Fact, LimitHit, Problem
from sandbox.limits import MB
from sandbox.plan import Experiment, Request
from sandbox.stopped import LimitReached, NotAvailable

if TYPE_CHECKING:
    from sandbox.session import Session

# The service that is asked may be ready before the one behind it, which Compose started at the same moment: by seconds,
# on a machine with too much to do.
SETTLE_SECONDS = 6.0
AGAIN_SECONDS = 0.1
RESTART_SECONDS = 30.0  # the engine waits twice as long before each restart: the ninth comes after 26 s
NOT_THERE_YET = {502, 503, 504}  # of a gateway: bad, unavailable, too late
Asked = TypeVar("Asked")


def run(session: Session, experiment: Experiment, facts: Mapping[str, Fact]) -> ComposeUp:
    fact = ComposeUp(False, 0.0, experiment.port, service=experiment.service)
    try:
        project = running.read(session, experiment, _built(session, facts))
    except Wrong as wrong:
        return replace(fact, problem=wrong.problem)
    except Missing as missing:
        raise NotAvailable(missing.what, fact) from missing
    if experiment.service not in project.project.services:
        there = ", ".join(project.project.services)
        message = f"The brief asks for a service called “{experiment.service}”; the file has {there}."
        return replace(fact, problem=Problem(message, 1, running.FILE))
    session.projects[experiment.id] = project
    ran = project.up()
    fact = replace(fact, up_seconds=ran.seconds, services=project.services())
    return _asked(session, experiment, project, ran, fact)


def _built(session: Session, facts: Mapping[str, Fact]) -> str | None:
    """The image of the learner's Dockerfile, where the lab builds it."""
    own = {e.id for e in session.plan.experiments if e.kind == "build" and not e.dockerfile}
    images = (fact.image_id for name, fact in facts.items() if name in own and isinstance(fact, Build))
    return next(images, None)


def _asked(session: Session, experiment: Experiment, project: Running, ran: Ran, fact: ComposeUp) -> ComposeUp:
    if not ran.ok:
        missing = project.not_offered(ran)
        if missing is not None:
            raise NotAvailable(missing, fact)
        return _failed(session, project, replace(fact, problem=project.problem(ran)))
    begun = time.monotonic()
    app = ready(session, experiment, project)
    waited = time.monotonic() - begun
    if app is None:
        return _failed(session, project, replace(fact, seconds=round(waited, 3)))
    session.containers[experiment.id] = app
    first = processes(session, app.id, 1)
    exchanges = settled(session, app, experiment)
    second = processes(session, app.id, 2)
    project.look()
    return replace(
        fact,
        answered=True,
        seconds=round(waited, 3),
        exchanges=exchanges,
        processes=first + second,
        services=project.services(),
    )


def ready(session: Session, experiment: Experiment, project: Running) -> containers.App | None:
    """The service that is asked, once it answers well. One that its `restart` brings back is asked again, in time."""
    begun = time.monotonic()
    until = begun + session.plan.limits.start_seconds
    while True:
        app = project.app(experiment.service)
        if app is not None:
            left = max(AGAIN_SECONDS, until - time.monotonic())
            answer, _ = containers.until_ready(session, app, experiment.port, experiment.ready, left)
            if answer.status is not None and 200 <= answer.status < 300:
                return app
        project.look()
        if project.restarts(experiment.service):
            until = max(until, begun + session.patient(RESTART_SECONDS))
        if time.monotonic() >= until or not project.comes_back(experiment.service):
            return None
        time.sleep(AGAIN_SECONDS)


def settled(session: Session, app: containers.App, experiment: Experiment) -> tuple[Exchange, ...]:
    """The experiment's requests. One is asked again while its answer says that another service is not there yet."""
    until = time.monotonic() + session.patient(SETTLE_SECONDS)

    def settle(request: Request) -> Exchange:
        return once_there(
            lambda: exchange(session, app, experiment, request),
            lambda one: one.ok or one.status not in NOT_THERE_YET,
            until,
        )

    return tuple(map(settle, experiment.requests))


def once_there(ask: Callable[[], Asked], there: Callable[[Asked], bool], until: float) -> Asked:
    """The first answer that is `there`, or the last one when the time is over."""
    answer = ask()
    while not there(answer) and time.monotonic() < until:
        time.sleep(AGAIN_SECONDS)
        answer = ask()
    return answer


def _failed(session: Session, project: Running, fact: ComposeUp) -> ComposeUp:
    """What is known of a project whose service did not answer; one of our own bounds may have ended it."""
    session.client.ping()  # an engine that is gone is a fault of ours
    project.look()
    services = project.services()
    asked = next((one for one in services if one.name == fact.service), None)
    container = project.containers.get(fact.service)
    tail = project.tail(container["Id"]) if container else ""
    fact = replace(fact, services=services, exit_code=asked.exit_code if asked else None, log_tail=tail)
    if asked is not None and asked.state == "created":
        fact = replace(fact, exit_code=None)
    if asked is not None and asked.killed_for_memory and container is not None:
        limits = session.plan.limits
        if int(container["HostConfig"]["Memory"]) >= limits.run_memory_mb * MB:
            raise LimitReached(LimitHit("memory", limits.run_memory_mb, "MB", fact.service), fact)
        problem = Problem(
            f"“{fact.service}” was ended because it used more memory than it may", asked.line, running.FILE
        )
        return replace(fact, problem=fact.problem or problem)
    return fact


def project_of(session: Session, experiment: Experiment) -> Running:
    """The project that an experiment comes after, however far."""
    experiments = {one.id: one for one in session.plan.experiments}
    one = experiment
    while one.after is not None:
        if one.after in session.projects:
            return session.projects[one.after]
        one = experiments[one.after]
    raise SandboxError(f"{experiment.id} comes after no project")
