"""`build`: the learner's files as BuildKit builds them, with every step, or why it did not work."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from sandbox import available, context, images
from sandbox.builder import Finished, Order
from sandbox.dockerfile import Dockerfile
from sandbox.errors import SandboxError
from sandbox.facts import Build, Fact, LimitHit
from sandbox.limits import MB
from sandbox.logs import clean
from sandbox.plan import Experiment
from sandbox.progress import Event, Progress
from sandbox.stopped import LimitReached, NotAvailable

if TYPE_CHECKING:
    from sandbox.session import Session

# A build that stopped with less room than this was stopped by the disk: a layer's metadata alone takes more.
FULL_BYTES, FULL_INODES = 16 * MB, 64
TAIL_LINES = 30


def run(session: Session, experiment: Experiment, facts: Mapping[str, Fact]) -> Build:
    if experiment.dockerfile:
        return _own(session, experiment)
    written = context.write_context(session.plan, session.directory / experiment.id)
    context.plant(written, experiment, session.plan.values)
    session.contexts[experiment.id] = written
    session.emit({"type": "phase", "phase": "build"})
    build = execute(session, written, tell=True)
    if build.ok:
        session.emit({"type": "phase", "phase": "measure"})
        return build
    stock, texts = session.stock, session.texts()
    missing = available.missing_package(session.log.text(), texts, stock)
    if missing is not None:
        raise NotAvailable(missing, build)
    return build


def _own(session: Session, experiment: Experiment) -> Build:
    """An image that the lab brings. One that does not build is a fault of ours, whatever the learner wrote."""
    written = context.write_own(session.plan, experiment.dockerfile, session.directory / experiment.id)
    build = execute(session, written)
    if not build.ok:
        raise SandboxError(f"{experiment.dockerfile} of the lab does not build: {build.problem} {build.log_tail}")
    session.client.tag(build.image_id, experiment.tag)
    session.emit({"type": "phase", "phase": "measure"})
    return build


def execute(
    session: Session,
    written: context.Written,
    *,
    tell: bool = False,
    target: str | None = None,
    tomorrow: bool = False,
) -> Build:
    """One build of a written context. LimitReached carries the steps so far. `tell`: report progress live.

    `tomorrow`: without the cache, over the package index that has newer versions.
    """
    before = session.ask("counters")
    scratch = session.directory / f"client-{uuid.uuid4().hex[:8]}"

    def on_event(progress: Progress, event: Event) -> None:
        if tell:
            session.tell(progress, event)

    finished = session.builder.build(Order(written.context, written.dockerfile, scratch, target, tomorrow), on_event)
    build = replace(_fact(session, finished, written.parsed), context_size=context.size(written))
    hit = _limit(session, finished, before, finished.progress.running_step(written.parsed))
    if hit is not None:
        raise LimitReached(hit, replace(build, ok=False))
    if not build.ok:
        session.client.ping()  # a build that failed because the engine is gone is a fault of ours
    return build


def _fact(session: Session, finished: Finished, parsed: Dockerfile) -> Build:
    steps = finished.progress.steps(parsed)
    tail = clean(finished.progress.log_tail(TAIL_LINES))
    seconds = round(finished.seconds, 3)
    if not finished.ok or finished.image_id is None:
        problem = None if finished.stopped else finished.progress.problem(parsed)
        return Build(False, seconds, steps, problem, log_tail=tail)
    bases = session.stock.diff_ids
    image = images.inspect(session.ask, session.client, finished.image_id, bases, session.plan.limits.image_mb)
    return Build(
        ok=True,
        seconds=seconds,
        steps=steps,
        image_id=image.id,
        layers=image.layers,
        base_layers=image.base_history,
        base=image.base,
        size=image.size,
        user=image.user,
        log_tail=tail,
        context_sent=finished.progress.context_sent,
    )


def _limit(session: Session, finished: Finished, before: Mapping[str, int], step: str | None) -> LimitHit | None:
    """Our own bound that stopped the build, read from clocks and cgroup counters, never from exit codes."""
    limits = session.plan.limits
    after = session.ask("counters")
    if not finished.ok and (after["disk_low"] < FULL_BYTES or after["inodes_low"] < FULL_INODES):
        return LimitHit("disk", limits.disk_mb, "MB", step)
    if finished.stopped == "time":
        return LimitHit("time", limits.build_seconds, "s", step)
    if finished.stopped == "log":
        return LimitHit("log", limits.log_bytes / MB, "MB", step)
    if after["oom_kills"] > before["oom_kills"]:
        return LimitHit("memory", limits.build_memory_mb, "MB", step)
    refused = after["pids_refused"] > before["pids_refused"] or after["pids_peak"] >= limits.build_pids
    if not finished.ok and refused:
        return LimitHit("pids", limits.build_pids, "processes", step)
    return None
