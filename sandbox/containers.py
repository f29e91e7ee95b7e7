"""Runs a learner's image as it says, under limits, beside the trusted probe; everything ends with the session."""

from __future__ import annotations

import threading
import time
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import docker
from docker.types import LogConfig

from sandbox.facts import LimitHit, Problem, Start
from sandbox.limits import Limits
from sandbox.logs import clean
from sandbox.probe import Answer
from sandbox.stopped import LimitReached

if TYPE_CHECKING:
    from sandbox.session import Session

LOG_LINES = 40
LOG = LogConfig(type="local", config={"max-size": "1m", "max-file": "1", "compress": "false"})


@dataclass(frozen=True, slots=True)
class App:
    """A started container of the learner's image."""

    id: str
    image: str
    address: str


def host_config(client: docker.APIClient, network: str, limits: Limits) -> dict[str, Any]:
    """As the image says, and never more: Docker's default capabilities, no new privileges, hard limits.

    No capability is dropped and the root is writable, because whether the image needs that is what is measured.
    """
    memory = f"{limits.run_memory_mb}m"
    config: dict[str, Any] = client.create_host_config(
        network_mode=network,
        security_opt=["no-new-privileges:true"],
        pids_limit=limits.run_pids,
        mem_limit=memory,
        memswap_limit=memory,
        nano_cpus=int(limits.run_cpus * 1e9),
        oom_score_adj=1000,
        shm_size="16m",
        log_config=LOG,
        restart_policy={"Name": "no"},
        ipc_mode="private",
    )
    return config


def launch(session: Session, image: str) -> App | Start:
    """A running container, or what the engine said when it refused to start it."""
    client, network = session.client, session.network.result()
    config = host_config(client, network, session.plan.limits)
    name = f"a{uuid.uuid4().hex}"
    try:
        identity = client.create_container(image, name=name, host_config=config, labels={"slipway.app": name})["Id"]
        client.start(identity)
    except docker.errors.APIError as error:
        if error.response is not None and error.response.status_code in {400, 404}:
            text = clean(str(error.explanation or error))
            return Start(False, 0.0, 0, problem=Problem(f"the container did not start: {text}"))
        raise
    networks = client.inspect_container(identity)["NetworkSettings"]["Networks"]
    return App(identity, image, networks[network]["IPAddress"])


def until_ready(session: Session, app: App, port: int, path: str, seconds: float) -> tuple[Answer, float]:
    """The first good answer of `path`, or the last bad one when the time is over or the container has ended."""
    probe = session.probe.result()
    begun = time.monotonic()
    number, answer = probe.order(host=app.address, port=port, path=path, seconds=seconds, until_ready=True)

    def watch() -> None:
        try:
            session.client.wait(app.id, timeout=seconds)
        except Exception:  # it still runs, or the session is over: nothing to cancel
            return
        if not answer.done():
            probe.cancel(number)

    threading.Thread(target=watch, name="watch", daemon=True).start()
    return answer.result(seconds + 10), time.monotonic() - begun


def post_mortem(session: Session, app: App, port: int, seconds: float) -> Start:
    """Why it never answered: what it printed, how it ended, or the limit that ended it."""
    state = session.client.inspect_container(app.id)["State"]
    raw = session.client.logs(app.id, stdout=True, stderr=True, tail=LOG_LINES)
    running = bool(state["Running"])
    fact = Start(
        answered=False,
        seconds=round(seconds, 3),
        port=port,
        exit_code=None if running else int(state["ExitCode"]),
        log_tail=clean(raw),
        problem=Problem(state["Error"]) if state.get("Error") else None,
    )
    if state.get("OOMKilled"):
        hit = LimitHit("memory", session.plan.limits.run_memory_mb, "MB", "start")
        raise LimitReached(hit, fact)
    return fact
