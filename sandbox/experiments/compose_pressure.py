"""`compose-pressure`: a service's bounds as the kernel has them, and a process of ours that goes past the budget.

It takes half as much memory again as the budget gives, twice its processes, and every processor for a moment. Another
service is asked meanwhile, for the picture: how long it waits depends on the machine, and decides nothing.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from sandbox.compose.nodes import Json
from sandbox.compose.running import Running
from sandbox.compose.services import Service
from sandbox.composefacts import Bounds, Press, Pressure
from sandbox.experiments.compose_up import project_of
from sandbox.facts import Fact
from sandbox.plan import Experiment

if TYPE_CHECKING:
    from sandbox.session import Session

SPIN_SECONDS = 0.6  # six periods of the scheduler
SECONDS = 4.0  # for memory and processes: they take a tenth of it
COUNTED = {"memory": ("oom_kills", "memory_refused"), "pids": ("pids_refused",), "cpu": ("throttled",)}
KEYS = ("mem_limit", "memswap_limit", "pids_limit", "cpus", "cpu_quota", "cpu_shares", "deploy")


def run(session: Session, experiment: Experiment, facts: Mapping[str, Fact]) -> Pressure:
    project = project_of(session, experiment)
    service = project.project.services[experiment.service]
    container = project.containers[experiment.service]["Id"]
    read = session.ask("bounds", container=container)["bounds"]
    neighbour = _Neighbour(session, experiment, project)
    neighbour.start()
    amounts = {
        "memory": (experiment.memory_mb * 3 // 2, SECONDS),
        "pids": (experiment.pids * 2, SECONDS),
        "cpu": (2, SPIN_SECONDS),
    }
    presses = tuple(_press(session, container, kind, *amounts[kind]) for kind in amounts)
    times = neighbour.stop()
    app = project.app(experiment.service)
    probe = session.probe.result()
    seconds = session.plan.limits.start_seconds
    answer = probe.ask(
        host=app.address if app else "", port=experiment.port, path=experiment.ready, until_ready=True, seconds=seconds
    )
    lines = {key: service.lines[key] for key in KEYS if key in service.lines}
    return Pressure(
        service=service.name,
        bounds=_declared(service, read),
        presses=presses,
        answered=answer.status is not None and 200 <= answer.status < 300,
        neighbour=neighbour.name,
        neighbour_ms=times,
        lines=(("", service.line), *lines.items()),
    )


def _press(session: Session, container: str, kind: str, amount: int, seconds: float) -> Press:
    told = session.ask("press", container=container, kind=kind, amount=amount, seconds=seconds)
    refused = sum(told["after"][name] - told["before"][name] for name in COUNTED[kind])
    return Press(kind, amount, told["got"], told["ended"], refused, told["cpu_seconds"], told["elapsed"])


def _declared(service: Service, read: Mapping[str, Any]) -> Bounds:
    """What the kernel has, where the file asked for it: the rest is the sandbox's own bound, and nobody's merit."""
    own = service.settings
    deploy = own.get("deploy")
    resources = deploy.get("resources") if isinstance(deploy, dict) else None
    limits = resources.get("limits") if isinstance(resources, dict) else None
    given: Mapping[str, Json] = limits if isinstance(limits, dict) else {}
    memory = _number(own.get("mem_limit")) or _number(given.get("memory"))
    pids = _number(own.get("pids_limit")) or _number(given.get("pids"))
    cpus = _number(own.get("cpus")) or _number(given.get("cpus"))
    return Bounds(
        memory=int(_said(memory, read["memory"])) if memory else None,
        memory_and_swap=read["memory_and_swap"] if memory else None,
        pids=int(_said(pids, read["pids"])) if pids else None,
        cpus=_said(cpus, read["cpus"]) if cpus or _number(own.get("cpu_quota")) else None,
    )


def _said(file: float, kernel: float | None) -> float:
    """The file's own figure where ours is lower, since it is the file that is judged."""
    return kernel if kernel is not None and kernel >= file * 0.99 else file or kernel or 0.0


def _number(value: Json) -> float:
    return max(0.0, float(str(value))) if value is not None else 0.0


class _Neighbour:
    """Asks another service of the project again and again, until it is told to stop."""

    def __init__(self, session: Session, experiment: Experiment, project: Running) -> None:
        others = [one.name for one in project.services() if one.name != experiment.service and one.state == "running"]
        self.name = others[0] if others else ""
        self._ask = (session, experiment, project)
        self._done = threading.Event()
        self._times: list[float] = []
        self._thread = threading.Thread(target=self._run, name="neighbour", daemon=True)

    def start(self) -> None:
        if self.name:
            self._thread.start()

    def stop(self) -> tuple[float, ...]:
        self._done.set()
        if self.name:
            self._thread.join(10.0)
        return tuple(self._times[:100])

    def _run(self) -> None:
        session, experiment, project = self._ask
        app = project.app(self.name)
        while app is not None and not self._done.is_set():
            begun = time.monotonic()
            session.probe.result().ask(host=app.address, port=experiment.port, path=experiment.ready)
            self._times.append(round(1000 * (time.monotonic() - begun), 1))
            self._done.wait(0.05)
