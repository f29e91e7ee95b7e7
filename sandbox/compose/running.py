"""A project that runs in a slot: started and ended by Compose, seen through the engine, asked by the trusted probe."""

from __future__ import annotations

import contextlib
import re
import threading
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any

import docker

from sandbox.compose import emission, folder, health, project
from sandbox.compose.client import PROJECT, Client, Ran
from sandbox.compose.given import Given
from sandbox.compose.nodes import Json
from sandbox.compose.project import Project
from sandbox.compose.troubles import Trouble
from sandbox.composefacts import Mount, Published, Service
from sandbox.containers import App
from sandbox.errors import SandboxError
from sandbox.facts import Problem, Unavailable
from sandbox.logs import clean

if TYPE_CHECKING:
    from sandbox.available import Stock
    from sandbox.plan import Experiment, Plan
    from sandbox.session import Session

FILE = "compose.yaml"
UP_SECONDS = 20.0  # a project of a lab takes two
TAIL_LINES = 20
KILLED = 137  # 128 + SIGKILL
LABEL = "com.docker.compose.service"
_ANONYMOUS = re.compile(r"[0-9a-f]{64}")
Inspected = dict[str, Any]


@dataclass(slots=True)
class Running:
    """One project. `containers`: what the engine says of each service's container, as of the last look."""

    session: Session
    project: Project
    client: Client
    terms: emission.Terms
    containers: dict[str, Inspected] = field(default_factory=dict)
    probed: set[str] = field(default_factory=set)  # networks that the probe has joined
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def up(self, *options: str) -> Ran:
        ran = self.client.up(self.session.patient(UP_SECONDS), *options)
        self.look()
        for inspected in self.containers.values():
            self.session.ask("watch", container=inspected["Id"])
        return ran

    def down(self) -> Ran:
        """Its volumes stay. The probe leaves first, or its networks could not go."""
        self.leave()
        return self.client.down(self.session.patient(UP_SECONDS))

    def look(self) -> None:
        """Ask the engine again."""
        engine = self.session.client
        found = engine.containers(all=True, filters={"label": f"com.docker.compose.project={PROJECT}"})
        inspected = [engine.inspect_container(one["Id"]) for one in found]
        self.containers = {str(one["Config"]["Labels"][LABEL]): one for one in inspected}

    def app(self, service: str) -> App | None:
        """The service's container for the probe, which joins one of its networks; None: it has no address."""
        container = self.containers.get(service)
        if container is None:
            return None
        for network, address in self.addresses(service).items():
            self._join(network)
            return App(container["Id"], container["Image"], address)
        return None

    def _join(self, network: str) -> None:
        with self._lock:
            if network not in self.probed:
                self.session.client.connect_container_to_network(self.session.probe.result().container, network)
                self.probed.add(network)

    def leave(self) -> None:
        with self._lock:
            probe = self.session.probe.result().container
            while self.probed:
                with contextlib.suppress(docker.errors.APIError):
                    self.session.client.disconnect_container_from_network(probe, self.probed.pop(), force=True)

    def addresses(self, service: str) -> dict[str, str]:
        """Network → address of a service's container; one that shares another's network has that one's."""
        container = self.containers.get(service, {})
        mode = str(container.get("HostConfig", {}).get("NetworkMode", ""))
        if mode.startswith("container:"):
            named = mode.removeprefix("container:")
            container = next((one for one in self.containers.values() if one["Id"] == named), {})
        networks = container.get("NetworkSettings", {}).get("Networks") or {}
        return {name: str(joined["IPAddress"]) for name, joined in networks.items() if joined.get("IPAddress")}

    def services(self) -> tuple[Service, ...]:
        """Every service that is meant to run, as it was when it was last looked at."""
        meant = [name for name, one in self.project.services.items() if not one.settings.get("profiles")]
        return tuple(self._service(name) for name in dict.fromkeys([*meant, *self.containers]))

    def _service(self, name: str) -> Service:
        declared, container = self.project.services.get(name), self.containers.get(name)
        line = declared.line if declared else None
        if container is None:
            return Service(name, "absent", None, "", (), (), (), False, "", line)
        state = container["State"]
        runs = bool(state["Running"]) and not state.get("Restarting")
        networks = [own.removeprefix(f"{PROJECT}_") for own in container["NetworkSettings"]["Networks"] or ()]
        return Service(
            name=name,
            state=str(state["Status"]),
            exit_code=None if runs else int(state["ExitCode"]),
            health=str((state.get("Health") or {}).get("Status", "")),
            networks=tuple(sorted(networks)),
            published=tuple(published(container)),
            mounts=tuple(self._mounts(container)),
            # The engine does not always hear of it in time; nobody else sends SIGKILL to what has not been stopped.
            killed_for_memory=bool(state.get("OOMKilled")) or (not runs and state["ExitCode"] == KILLED),
            log_tail="" if runs else self.tail(container["Id"]),
            line=line,
        )

    def comes_back(self, service: str) -> bool:
        """Whether the engine is about to start it again, as its `restart` says."""
        state = self.containers.get(service, {}).get("State", {})
        return bool(state.get("Restarting") or state.get("Running"))

    def restarts(self, service: str) -> int:
        """How often the engine has started it again."""
        return int(self.containers.get(service, {}).get("RestartCount", 0))

    def tail(self, container: str) -> str:
        return clean(self.session.client.logs(container, stdout=True, stderr=True, tail=TAIL_LINES))

    def _mounts(self, container: Inspected) -> list[Mount]:
        """A folder of the project is a part of our volume; it is told as the folder that it stands for."""
        config = container["HostConfig"]
        parts = {
            one["Target"]: (one.get("VolumeOptions") or {}).get("Subpath", "") for one in config.get("Mounts") or ()
        }
        found = [Mount("tmpfs", "", path, False) for path in config.get("Tmpfs") or ()]
        for one in container["Mounts"]:
            kind, name, target = str(one["Type"]), str(one.get("Name", "")), str(one["Destination"])
            if name == self.terms.files:
                part = str(parts.get(target, "")).removeprefix("project")
                found.append(Mount("bind", f".{part}", target, not one["RW"]))
            else:
                anonymous = kind == "volume" and _ANONYMOUS.fullmatch(name) is not None
                source = "" if anonymous or kind == "tmpfs" else name.removeprefix(f"{PROJECT}_")
                found.append(Mount(kind, source, target, not one["RW"], anonymous))
        return sorted(found, key=lambda mount: mount.target)

    def _late(self) -> Problem:
        """Not up in time: the service that the others wait for is named."""
        seconds = self.session.patient(UP_SECONDS)
        states = {name: one["State"] for name, one in self.containers.items()}
        waits = [name for name, state in states.items() if (state.get("Health") or {}).get("Status") == "starting"]
        services = self.project.services
        line = services[waits[0]].lines.get("healthcheck", services[waits[0]].line) if waits else None
        why = f": “{waits[0]}” was not healthy by then" if waits else ": who waits for whom?"
        return Problem(f"The project was not up after {seconds:.0f} s, our limit for a start{why}", line, FILE)

    def problem(self, ran: Ran) -> Problem:
        """Why Compose gave up, in its own last words, at the line of the service that they name."""
        if ran.stopped:
            return self._late()
        return self._trouble(ran).problem()

    def not_offered(self, ran: Ran) -> Unavailable | None:
        """What Compose gave up for, where it is one of our limits."""
        return self._trouble(ran).not_offered()

    def _trouble(self, ran: Ran) -> Trouble:
        tails = {name: self.tail(one["Id"]) for name, one in self.containers.items()}
        return Trouble(ran.output, self.project.services, self.containers, tails)


def _own_check(session: Session) -> Callable[[str], dict[str, Json]]:
    """What an image's own health check is; each image is asked once."""

    @cache
    def check(image: str) -> dict[str, Json]:
        return health.of_image(session.client.inspect_image(image)["Config"])  # type: ignore[no-untyped-call]  # docker-py has no types here

    return check


def published(container: Inspected) -> list[Published]:
    found = []
    for key, hosts in (container["NetworkSettings"].get("Ports") or {}).items():
        port, _, protocol = key.partition("/")
        for host in hosts or ():
            number = int(host["HostPort"])
            shown = next((own for own, other in emission.TAKEN.items() if other == number), number)
            found.append(Published(int(port), protocol, str(host["HostIp"]), shown))
    return sorted(set(found), key=lambda one: (one.port, one.protocol, one.address))


def given(plan: Plan, stock: Stock) -> Given:
    """What the learner's file may name: the lab's and the learner's own files, the catalogue, the lab's own images."""
    files = {name: body.decode(errors="replace") for name, body in plan.context.items()}
    own = {experiment.tag for experiment in plan.experiments if experiment.tag}

    def image(name: str) -> str | None:
        return name if name in own else stock.runs(name)

    builds = any(one.kind == "build" and not one.dockerfile for one in plan.experiments)
    return Given({**files, **plan.files}, image, (*sorted(own), *sorted(stock.images)), builds)


def read(session: Session, experiment: Experiment, built: str | None) -> Running:
    """The learner's project, ready to start. Wrong and Missing as `project.read` says."""
    there = given(session.plan, session.stock)
    model = project.read(session.plan.files.get(FILE, ""), there)
    scratch = session.directory / f"compose-{experiment.id}"
    files = f"slipway-files-{uuid.uuid4().hex[:12]}"
    terms = emission.Terms(there, session.plan.limits, built, files, _own_check(session))
    client = Client(session.slot.docker, session.slot.tree, scratch)
    running = Running(session, model, client, terms)
    client.write(emission.written(emission.ours(model, terms)))
    texts = folder.contents(model, terms)
    try:
        folder.fill(session.client, files, texts)
    except docker.errors.APIError as error:
        raise SandboxError(f"the project's files could not be laid out: {error}") from error
    return running
