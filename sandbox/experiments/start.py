"""`start`: the image run as it says, asked from another container, its processes seen from outside."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from sandbox import containers, profiletext, seccomp
from sandbox.facts import Build, Exchange, Fact, Problem, Process, Rebuild, Start
from sandbox.logs import clean
from sandbox.plan import Experiment, Request, fill
from sandbox.probe import Answer

if TYPE_CHECKING:
    from sandbox.session import Session

BODY_CHARACTERS = 300  # of an answer, shown beside what was expected


def run(session: Session, experiment: Experiment, facts: Mapping[str, Fact]) -> Start:
    built = facts[str(experiment.after)]
    build = built.build if isinstance(built, Rebuild) else built
    assert isinstance(build, Build)  # noqa: S101  # the lab's specification was checked for it
    assert build.image_id is not None  # noqa: S101  # a failed build ends before this
    return start(session, experiment, build.image_id)


def start(session: Session, experiment: Experiment, image: str) -> Start:
    """Start `image`, wait until it answers or has ended, send the requests, look at its processes twice."""
    limits = session.plan.limits
    profile = _profile(session, experiment)
    if isinstance(profile, Problem):
        return Start(False, 0.0, experiment.port, problem=profile)
    app = containers.launch(session, image, profile, regain=experiment.regain)
    if isinstance(app, Start):
        return app
    session.containers[experiment.id] = app
    answer, seconds = containers.until_ready(session, app, experiment.port, experiment.ready, limits.start_seconds)
    if not _good(answer):
        return containers.post_mortem(session, app, experiment.port, seconds)
    first = processes(session, app.id, 1)
    exchanges = tuple(exchange(session, app, experiment, request) for request in experiment.requests)
    second = processes(session, app.id, 2)
    return Start(True, round(seconds, 3), experiment.port, exchanges, first + second)


def _profile(session: Session, experiment: Experiment) -> str | Problem:
    """The seccomp profile that the learner wrote for it, as the engine takes it; "" for Docker's default."""
    if not experiment.profile:
        return ""
    read = profiletext.read(session.plan.files[experiment.profile], experiment.profile)
    return read if isinstance(read, Problem) else seccomp.startable(read).text()


def _good(answer: Answer) -> bool:
    return answer.status is not None and 200 <= answer.status < 300


def processes(session: Session, container: str, sample: int) -> tuple[Process, ...]:
    """Every process of the container now, read as root from /proc by the supervisor."""
    seen = session.ask("processes", container=container)["processes"]
    return tuple(
        Process(
            pid=p["pid"],
            name=clean(p["name"]).replace("\n", " "),
            command=clean(p["command"]).replace("\n", " "),
            uids=tuple(p["uids"]),
            gids=tuple(p["gids"]),
            groups=tuple(p["groups"]),
            effective_capabilities=tuple(p["effective_capabilities"]),
            permitted_capabilities=tuple(p["permitted_capabilities"]),
            sample=sample,
        )
        for p in seen
    )


def exchange(session: Session, app: containers.App, experiment: Experiment, request: Request) -> Exchange:
    """One request of the probe's, judged by what the lab says of a right answer."""
    values = session.plan.values
    path, body, contains = (fill(text, values) for text in (request.path, request.body, request.contains))
    probe = session.probe.result()
    answer = probe.ask(host=app.address, port=experiment.port, method=request.method, path=path, body=body)
    ok = answer.status == request.status and contains in answer.body
    wanted = f"{request.status}" + (f" and “{contains}”" if contains else "")
    return Exchange(request.method, path, answer.status, answer.body[:BODY_CHARACTERS], wanted, ok, answer.error)
