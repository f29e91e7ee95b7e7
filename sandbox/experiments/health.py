"""`health`: does the app's own health check see what happens to the app?

The image runs as it says, with its check run every 500 ms. Once healthy, the app is broken by firewall rules in its
network namespace, in one way after another, and mended each time.
"""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import Future
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import docker

from sandbox import breaker, containers
from sandbox.facts import Build, Fact, Start
from sandbox.healthfacts import Broken, Health
from sandbox.logs import clean
from sandbox.plan import Experiment
from sandbox.watching import INTERVAL, Watch

if TYPE_CHECKING:
    from sandbox.session import Session

# Seconds for one run of the check, in our run only. The engine waits for two of them for whoever still holds the output
# when the check has ended; a machine with too much to do takes its time on top of that.
LONGEST_TIMEOUT = 5.0
# What the engine takes where an image says nothing.
DEFAULT_SECONDS, DEFAULT_RETRIES = 30.0, 3
NANO = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Trying:
    """One running app, how its health is watched, and what will break it."""

    watch: Watch
    tool: Future[breaker.Breaker]

    def to_become_healthy(self, health: Health) -> Health:
        first = self.watch.wait("healthy")
        return replace(
            health,
            healthy=first.reached,
            healthy_seconds=first.seconds,
            trial=first.trial,
            exit_code=first.exit_code,
        )

    def to_be_broken(self, fault: str) -> Broken:
        self.tool.result().put(fault)
        broken = self.watch.wait("unhealthy")
        self.tool.result().put(breaker.NONE)
        seen = Broken(fault, broken.reached, broken.seconds, broken.trial, exit_code=broken.exit_code)
        if not broken.reached:
            return seen
        # A check that ends the container may do so a moment after it was counted: this wait sees that.
        mended = self.watch.wait("healthy")
        return replace(
            seen,
            recovered=mended.reached,
            recovered_seconds=mended.seconds,
            mended_trial=mended.trial,
            exit_code=mended.exit_code,
        )


def run(session: Session, experiment: Experiment, facts: Mapping[str, Fact]) -> Health:
    built = facts[str(experiment.after)]
    assert isinstance(built, Build)  # noqa: S101  # the lab's specification was checked for it
    declared = _declared(session, str(built.image_id))
    if declared.test in {(), ("NONE",)}:
        return declared
    timeout = session.patient(min(declared.timeout, LONGEST_TIMEOUT))
    app = containers.launch(session, str(built.image_id), healthcheck=_hurried(timeout))
    if isinstance(app, Start):
        return declared
    # Ready before it is needed.
    trying = Trying(
        Watch(session, app.id, timeout),
        session.pool.submit(breaker.start, session.client, app.id, experiment.port),
    )
    try:
        seconds = session.plan.limits.start_seconds
        answer, _ = containers.until_ready(session, app, experiment.port, experiment.ready, seconds)
        if answer.status is None or not 200 <= answer.status < 300:
            return declared
        return _tried(trying, replace(declared, answered=True), experiment.faults)
    finally:
        if trying.tool.exception() is None:
            trying.tool.result().close()


def _tried(trying: Trying, health: Health, faults: tuple[str, ...]) -> Health:
    """Every fault, as long as the container is healthy before it."""
    health = trying.to_become_healthy(health)
    if not health.healthy:
        return health
    if isinstance(trying.tool.exception(), docker.errors.APIError):  # there is nothing to join in an ended container
        ended = trying.watch.wait("unhealthy")
        if ended.exit_code is not None:
            return replace(health, healthy=False, exit_code=ended.exit_code)
    broken: list[Broken] = []
    for fault in faults:
        broken.append(trying.to_be_broken(fault))
        if broken[-1].exit_code is not None or (broken[-1].unhealthy and not broken[-1].recovered):
            break
    return replace(health, faults=tuple(broken))


def _declared(session: Session, image: str) -> Health:
    """What the image itself says of its check."""
    config = session.ask("image", image=image)["config"].get("config") or {}
    own: dict[str, Any] = config.get("Healthcheck") or {}
    last = session.parsed.stages[-1].index if session.parsed.stages else 0
    lines = [i.start_line for i in session.parsed.instructions if i.name == "HEALTHCHECK" and i.stage == last]
    return Health(
        test=tuple(clean(str(word)) for word in own.get("Test") or ()),
        interval=(own.get("Interval") or 0) / NANO or DEFAULT_SECONDS,
        timeout=(own.get("Timeout") or 0) / NANO or DEFAULT_SECONDS,
        start_period=(own.get("StartPeriod") or 0) / NANO,
        retries=own.get("Retries") or DEFAULT_RETRIES,
        answered=False,
        line=lines[-1] if lines else None,
    )


def _hurried(timeout: float) -> dict[str, int]:
    """The same check, run often and believed at once. What is left out stays the image's."""
    often = int(INTERVAL * NANO)
    return {
        "Interval": often,
        "Timeout": int(timeout * NANO),
        "StartPeriod": NANO // 1000,
        "StartInterval": often,
        "Retries": 1,
    }
