"""One submission in one slot: parse, build, experiment, always end everything, say what was measured.

Experiments form a tree by `after`; those that do not depend on each other run at once. Whatever a learner's files do
ends as facts or as a named limit; only the platform's own failures leave here as SandboxError.
"""

from __future__ import annotations

import tempfile
import threading
import time
import uuid
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import docker
import requests

from sandbox import available, context, dockerfile, experiments, policy, probe, stagenames
from sandbox.builder import Builder
from sandbox.compose import project, running
from sandbox.compose.nodes import Missing, Wrong
from sandbox.compose.running import Running
from sandbox.composefacts import ComposeUp
from sandbox.door import Slot
from sandbox.errors import SandboxError
from sandbox.facts import Build, Fact, LimitHit, Outcome, Problem, Timings, Unavailable
from sandbox.logs import LogBuffer, clean
from sandbox.plan import Emit, Experiment, Plan
from sandbox.progress import Event, Progress, step_of
from sandbox.stopped import LimitReached, NotAvailable

AT_ONCE = 6  # experiments that wait for containers cost no processor
ENGINE_SECONDS = 30  # for one call to the engine; an engine that does not answer is a fault of ours


@dataclass(slots=True)
class Session:
    """What the experiments of one submission share."""

    slot: Slot
    plan: Plan
    emit: Emit
    directory: Path
    parsed: dockerfile.Dockerfile
    stock: available.Stock
    builder: Builder
    client: docker.APIClient
    log: LogBuffer
    network: Future[str] = field(default_factory=Future)
    probe: Future[probe.Probe] = field(default_factory=Future)
    contexts: dict[str, context.Written] = field(default_factory=dict)  # by experiment id
    containers: dict[str, Any] = field(default_factory=dict)  # running apps, by experiment id
    projects: dict[str, Running] = field(default_factory=dict)  # of Compose, by experiment id
    pool: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(AT_ONCE + 4))
    stop: threading.Event = field(default_factory=threading.Event)

    def patient(self, seconds: float) -> float:
        """Return a time allowance, scaled to the speed of this machine."""
        return seconds * self.slot.pace

    def ask(self, verb: str, **fields: Any) -> dict[str, Any]:
        """A question to the supervisor about this session's slot."""
        return self.slot.control.ask(verb, **fields)

    def texts(self) -> list[str]:
        """Everything that may name a package: what the learner wrote and what the lab brought."""
        own = [body.decode(errors="replace") for body in self.plan.context.values()]
        return [*self.plan.files.values(), *own]

    def tell(self, progress: Progress, event: Event) -> None:
        """A build's event: output is kept in the submission's log, and both kinds are told live."""
        step = step_of(event.vertex, self.parsed)
        if step is None:
            return
        if event.log:
            text = clean(event.log)
            self.log.add(text)
            self.emit({"type": "log", "step": step.name, "text": text})
            return
        names = [other.name for other in progress.steps(self.parsed)]
        place = {"index": names.index(step.name) + 1, "of": len(names)}
        shown = {key: getattr(step, key) for key in ("name", "line", "state", "cached", "seconds")}
        self.emit({"type": "step", **place, **shown})

    def prepare(self) -> None:
        """Network and probe, made while the build runs."""

        def make() -> None:
            try:
                name = f"n{uuid.uuid4().hex}"
                self.client.create_network(name, driver="bridge", internal=True)
                self.network.set_result(name)
                self.probe.set_result(probe.start(self.client, name))
            except Exception as error:  # every failure here is ours and is told to whoever waits
                failure = SandboxError(f"the probe could not be started: {error}")
                for future in (self.network, self.probe):
                    if not future.done():
                        future.set_exception(failure)

        threading.Thread(target=make, name="prepare", daemon=True).start()

    def bound(self) -> None:
        limits = self.plan.limits
        self.ask(
            "bound",
            group="build",
            memory_mb=limits.build_memory_mb,
            pids=limits.build_pids,
            cpus=limits.build_cpus,
        )


def run_plan(slot: Slot, plan: Plan, emit: Emit, *, refusals: bool = True) -> Outcome:
    """All experiments of `plan`. SandboxError when the platform fails; the slot is then recycled.

    `refusals` False leaves out what is said before the build, so that the engine alone stops what it must: only
    `sandbox.hostile` asks for that, and `Slot.run`, which every grading goes through, cannot.
    """
    begun = time.monotonic()
    plan = replace(plan, limits=plan.limits.at(slot.pace))
    log = LogBuffer(plan.limits.log_bytes)
    with tempfile.TemporaryDirectory(prefix="slipway-") as work:
        told = _said_before(slot, plan) if refusals else None
        prepared = told or _session(slot, plan, Path(work), log, emit)
        parsed = time.monotonic() - begun
        if isinstance(prepared, Outcome):
            return prepared
        try:
            facts, limit, missing, build = _run(prepared)
            ended = time.monotonic()
            slot.tainted = slot.tainted or limit is not None
        except (docker.errors.DockerException, requests.RequestException) as error:
            raise SandboxError(f"the engine failed: {error}") from error
        finally:
            _end(prepared)
    done = time.monotonic()
    total = done - begun
    timings = Timings(parsed, build, ended - begun - parsed - build, 0.0, done - ended, total)
    return Outcome(facts, limit, missing, timings=timings, log=log.text(), engine=slot.fingerprint)


def _said_before(slot: Slot, plan: Plan) -> Outcome | None:
    """Everything that can be said without building."""
    stock = available.Stock.load(slot.stock)
    if any(e.kind == "build" and not e.dockerfile for e in plan.experiments):
        return _said_of_dockerfile(slot, plan, stock) or _said_of_project(slot, plan, stock, told=False)
    return _said_of_project(slot, plan, stock, told=True)


def _said_of_dockerfile(slot: Slot, plan: Plan, stock: available.Stock) -> Outcome | None:
    written = dockerfile.parse(plan.files.get("Dockerfile", ""))
    if written.problems:
        return _refused(plan, written.problems[0], slot)
    repositories = {image.reference.repository.rpartition("/")[2] for image in stock.images.values()}
    if problem := next(stagenames.mistyped(written, repositories), None):
        return _refused(plan, problem, slot)
    missing = available.refuse(written, stock)
    return Outcome({}, unavailable=missing, engine=slot.fingerprint) if missing is not None else None


def _said_of_project(slot: Slot, plan: Plan, stock: available.Stock, *, told: bool) -> Outcome | None:
    """`told`: what is wrong with compose.yaml is said now; else it waits for the build, which may well be right."""
    ups = [e for e in plan.experiments if e.kind == "compose-up"]
    if not ups:
        return None
    try:
        project.read(plan.files.get(running.FILE, ""), running.given(plan, stock))
    except Missing as missing:
        return Outcome({}, unavailable=missing.what, engine=slot.fingerprint)
    except Wrong as wrong:
        problem = replace(wrong.problem, message=clean(wrong.problem.message))
        facts = {e.id: ComposeUp(False, 0.0, e.port, problem=problem, service=e.service) for e in ups}
        return Outcome(facts, engine=slot.fingerprint) if told else None
    return None


def _session(slot: Slot, plan: Plan, work: Path, log: LogBuffer, emit: Emit) -> Session:
    stock = available.Stock.load(slot.stock)
    parsed = dockerfile.parse(context.for_builder(plan))
    client = docker.APIClient(f"unix://{slot.docker}", version="1.44", timeout=round(ENGINE_SECONDS * slot.pace))
    builder = Builder(slot.docker, slot.tree, policy.rules(stock), uuid.uuid4().hex, plan.limits)
    return Session(slot, plan, emit, work, parsed, stock, builder, client, log)


def _refused(plan: Plan, problem: Problem, slot: Slot) -> Outcome:
    # What is wrong may be quoted from the file.
    told = replace(problem, message=clean(problem.message))
    build = Build(ok=False, seconds=0.0, problem=told)
    facts: dict[str, Fact] = {e.id: build for e in plan.experiments if e.kind == "build" and not e.dockerfile}
    return Outcome(facts, engine=slot.fingerprint)


def _run(session: Session) -> tuple[dict[str, Fact], LimitHit | None, Unavailable | None, float]:
    """Experiments in the order of their needs. (facts, limit, unavailable, seconds of the first build)"""
    session.bound()
    session.prepare()
    facts: dict[str, Fact] = {}
    waiting = {e.id: e for e in session.plan.experiments}
    running: dict[Future[Fact], Experiment] = {}
    with session.pool as pool:
        try:
            while waiting or running:
                for experiment in _startable(waiting, facts, running):
                    del waiting[experiment.id]
                    running[pool.submit(_one, session, experiment, facts)] = experiment
                if not running:
                    break  # what is left depends on something that could not be measured
                for future in wait(running, return_when=FIRST_COMPLETED).done:
                    experiment = running[future]
                    facts[experiment.id] = future.result()
                    del running[future]
        except (LimitReached, NotAvailable) as stopped:
            session.stop.set()
            session.ask("kill")
            if stopped.partial is not None:
                facts[experiment.id] = stopped.partial
            limit = stopped.hit if isinstance(stopped, LimitReached) else None
            missing = stopped.what if isinstance(stopped, NotAvailable) else None
            return facts, limit, missing, _build_seconds(facts)
        except BaseException:
            session.stop.set()
            session.ask("kill")
            raise
    return facts, None, None, _build_seconds(facts)


def _startable(
    waiting: dict[str, Experiment], facts: dict[str, Fact], running: dict[Future[Fact], Experiment]
) -> list[Experiment]:
    """Those whose need is met. One whose need failed is left out: its facts are then "not measured".

    What changes the slot for everybody waits until nothing else can run, and runs alone.
    """
    if any(experiments.alone(one) for one in running.values()):
        return []
    ready = []
    building = any(one.kind == "build" for one in (*waiting.values(), *running.values()))
    for experiment in waiting.values():
        if experiment.kind == "compose-up" and (building or not _all_built(facts)):
            continue  # its services may stand on any of the images
        if experiment.after is None or (experiment.after in facts and experiments.usable(facts[experiment.after])):
            ready.append(experiment)
    shared = [one for one in ready if not experiments.alone(one)]
    return shared or ([] if running else ready[:1])


def _all_built(facts: dict[str, Fact]) -> bool:
    return all(fact.ok for fact in facts.values() if isinstance(fact, Build))


def _one(session: Session, experiment: Experiment, facts: dict[str, Fact]) -> Fact:
    session.emit({"type": "experiment", "id": experiment.id, "kind": experiment.kind, "state": "running"})
    fact = experiments.run(session, experiment, facts)
    state = "done" if experiments.usable(fact) else "failed"
    session.emit({"type": "experiment", "id": experiment.id, "kind": experiment.kind, "state": state})
    return fact


def _build_seconds(facts: dict[str, Fact]) -> float:
    return max((fact.seconds for fact in facts.values() if isinstance(fact, Build)), default=0.0)


def _end(session: Session) -> None:
    """No work outlives its submission: every process of the slot's builds and containers is killed now.

    The network and the probe may still be in the making; whoever holds the slot next must not find them.
    """
    try:
        if session.probe.exception(session.patient(ENGINE_SECONDS)) is None:
            session.probe.result().close()
    except TimeoutError as error:
        raise SandboxError("the engine neither made the probe nor refused it") from error
    session.ask("kill")
    session.client.close()
