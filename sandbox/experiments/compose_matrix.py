"""`compose-matrix`: who reaches whom, tried from within every service's network at once, and from the machine.

The world outside is an address of the slot that a network with a way out reaches, and an internal one does not. When no
service at all reaches it, a container of ours on a plain network has to: else the fault is the platform's.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Set
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from sandbox.compose.emission import TAKEN
from sandbox.compose.running import Running
from sandbox.composefacts import Link, Matrix, Opened, Published, Reach, Relay
from sandbox.errors import SandboxError
from sandbox.experiments.compose_up import SETTLE_SECONDS, project_of
from sandbox.facts import Fact
from sandbox.plan import Experiment, fill

if TYPE_CHECKING:
    from sandbox.session import Session

OUTSIDE, OUTSIDE_PORT = "203.0.113.1", 80  # see sandbox/engine/slot/start.sh
AGAIN_SECONDS = 0.5
SECONDS = 1.2  # a connection inside of one machine takes milliseconds, or is never made
BEST = ("open", "refused", "silent", "unreachable")
Target = tuple[str, int, str]  # service, port, protocol


def run(session: Session, experiment: Experiment, facts: Mapping[str, Fact]) -> Matrix:
    project = project_of(session, experiment)
    project.leave()  # the probe is on none of the networks that are measured
    until = time.monotonic() + session.patient(SETTLE_SECONDS)
    matrix = _measured(session, experiment, project)
    if _allowed(experiment, matrix) - {"open"}:
        matrix = _again(session, experiment, project)
    while "refused" in _allowed(experiment, matrix) and time.monotonic() < until:  # nobody listens there, yet
        matrix = _again(session, experiment, project)
    _platform_works(session, matrix.links)
    return replace(matrix, relays=tuple(dict.fromkeys(_relays(session, experiment, project))))


def _relays(session: Session, experiment: Experiment, project: Running) -> Iterator[Relay]:
    """A service that answers for another one: a tunnel, a proxy, a forwarder."""
    needle = fill(experiment.text, session.plan.values)
    for text in experiment.relayed:
        pair, _, said = text.partition(" ")
        source, target = pair.split(">")
        asking = project.containers.get(source)
        if asking is None or asking["State"]["Status"] != "running":
            continue
        doors = list(_doors(session, project, {source, target}))
        question = {"container": asking["Id"], "to": [[address, port] for _, address, port in doors], "text": said}
        answers = session.ask("say", **question, seconds=session.patient(SECONDS))["answers"]
        for (through, _, port), answer in zip(doors, answers, strict=False):
            if needle in answer:
                yield Relay(source, target, through, port)


def _doors(session: Session, project: Running, left_out: Set[str]) -> Iterator[tuple[str, str, int]]:
    """(service, address, port) of everything that listens in the other services."""
    for service in project.services():
        if service.state == "running" and service.name not in left_out:
            ports = session.ask("listening", container=project.containers[service.name]["Id"])["ports"]
            for address in sorted(set(project.addresses(service.name).values())):
                yield from ((service.name, address, port) for port in ports)


def _again(session: Session, experiment: Experiment, project: Running) -> Matrix:
    time.sleep(AGAIN_SECONDS)
    project.look()
    return _measured(session, experiment, project)


def _allowed(experiment: Experiment, matrix: Matrix) -> set[Reach | None]:
    """How far those come who may; None: not even tried, since somebody does not run."""
    links = (matrix.reach(*text.split(">")) for text in experiment.allowed)
    return {link.reach if link else None for link in links}


def _measured(session: Session, experiment: Experiment, project: Running) -> Matrix:
    services = project.services()
    running = [one.name for one in services if one.state == "running"]
    targets = [*map(_target, experiment.targets), ("outside", OUTSIDE_PORT, "tcp")]
    asked = {name: [t for t in targets if t[0] != name] for name in running}
    ports = [(one.name, port) for one in services for port in one.published]
    questions: list[dict[str, Any]] = [
        {"container": project.containers[name]["Id"], "to": [to for t in asked[name] for to in _to(project, t)]}
        for name in running
    ]
    questions.append({"to": [_host(port) for _, port in ports]})
    answers = session.ask("connect", **{"from": questions, "seconds": session.patient(SECONDS)})["results"]
    links = tuple(
        link
        for name, answer in zip(running, answers, strict=False)
        for link in _links(project, name, asked[name], answer or [])
    )
    opened = tuple(Opened(name, port, said) for (name, port), said in zip(ports, answers[-1] or [], strict=False))
    return Matrix(services, links, opened, tuple(_lines(project)))


def _target(text: str) -> Target:
    """service:port or service:port/udp"""
    service, _, rest = text.partition(":")
    port, _, protocol = rest.partition("/")
    return service, int(port), protocol or "tcp"


def _to(project: Running, target: Target) -> list[list[Any]]:
    """Every address that a target has."""
    service, port, protocol = target
    addresses = [OUTSIDE] if service == "outside" else sorted(set(project.addresses(service).values()))
    return [[address, port, protocol] for address in addresses]


def _links(project: Running, source: str, targets: list[Target], answers: list[Reach]) -> Iterator[Link]:
    said: Iterator[Reach] = iter(answers)
    for target in targets:
        results: list[Reach] = [next(said, "silent") for _ in _to(project, target)]
        results.append("unreachable")  # a target without any address
        reach = min(results, key=BEST.index)
        yield Link(source, *target, reach)


def _host(port: Published) -> list[Any]:
    address = OUTSIDE if port.address in {"", "0.0.0.0", "::"} else port.address  # noqa: S104  # what a file says
    return [address, TAKEN.get(port.host_port, port.host_port), port.protocol]


def _platform_works(session: Session, links: tuple[Link, ...]) -> None:
    if any(link.target == "outside" and link.reached for link in links):
        return
    network = session.client.create_network("slipway-control", driver="bridge")["Id"]
    config = session.client.create_host_config(network_mode=network, cap_drop=["ALL"], mem_limit="64m")
    command = ["/usr/local/bin/python3", "-c", "import time; time.sleep(600)"]
    control = session.client.create_container("python:3.11-slim", command, entrypoint=[], host_config=config)["Id"]
    session.client.start(control)
    question = {"container": control, "to": [[OUTSIDE, OUTSIDE_PORT, "tcp"]]}
    answer = session.ask("connect", **{"from": [question], "seconds": session.patient(SECONDS)})["results"][0]
    session.client.remove_container(control, force=True)
    session.client.remove_network(network)
    if answer != ["open"]:
        raise SandboxError(f"nothing at all reaches what stands for the world outside: {answer}")


def _lines(project: Running) -> Iterator[tuple[str, int]]:
    for service in project.project.services.values():
        yield service.name, service.line
        for key in ("networks", "network_mode", "ports"):
            if key in service.lines:
                yield f"{service.name}.{key}", service.lines[key]
