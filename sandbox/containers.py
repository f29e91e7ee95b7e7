"""Runs a learner's image as it says, under limits, beside the trusted probe; everything ends with the session."""

from __future__ import annotations

import contextlib
import re
import threading
import time
import uuid
from collections.abc import Iterator
from concurrent.futures import Future
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any

import docker
import requests
from docker.types import LogConfig

from sandbox.errors import SandboxError
from sandbox.facts import LimitHit, Problem, Start
from sandbox.limits import Limits
from sandbox.logs import clean
from sandbox.probe import SLACK_SECONDS, Answer
from sandbox.stopped import LimitReached

if TYPE_CHECKING:
    from sandbox.session import Session

LOG_LINES = 40
# From the start of a container under a learner's profile to its program. It takes 0.3 s, and ten times as long on a
# machine with too much to do: a right profile must not pay for that, and the engine's own bound comes much later.
PROFILE_SECONDS = 10.0
# What the engine says when the image itself cannot be started; anything else it says is a fault of ours.
_REFUSED = re.compile(
    r"unable to find (user|group)|no matching entries in (passwd|group)|no command specified|invalid user"
    r"|unable to start container process|uids and gids must be in range|working directory|[Ww]orkdir|container_linux"
)
_GONE = re.compile(r"bind-mount /proc/[0-9]+/ns/net ")
STEP_CHARACTERS = 200  # of what the container runtime says
LOG = LogConfig(type="local", config={"max-size": "1m", "max-file": "1", "compress": "false"})


@dataclass(frozen=True, slots=True)
class App:
    """A started container of the learner's image."""

    id: str
    image: str
    address: str


def host_config(
    client: docker.APIClient, network: str, limits: Limits, seccomp: str = "", *, regain: bool = False
) -> dict[str, Any]:
    """As the image says, and never more: Docker's default capabilities, no new privileges, hard limits.

    No capability is dropped and the root is writable, because whether the image needs that is what is measured.
    `seccomp` is a profile in place of Docker's default. `regain`: set-user-ID bits and file capabilities count, where
    they are what is measured; they give what an image that starts as root has anyway.
    """
    memory = f"{limits.run_memory_mb}m"
    options = [f"no-new-privileges:{str(not regain).lower()}"]  # the engine sets it where nothing is said
    options += [f"seccomp={seccomp}"] if seccomp else []
    config: dict[str, Any] = client.create_host_config(
        network_mode=network,
        security_opt=options,
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


def launch(session: Session, image: str, seccomp: str = "", *, regain: bool = False, **options: Any) -> App | Start:
    """A running container, or what the engine said when it refused to start it. `seccomp`: under that profile.

    `options` are more fields of its creation, for an experiment that changes one (a health check run more often).
    """
    client, network = session.client, session.network.result()
    config = host_config(client, network, session.plan.limits, seccomp, regain=regain)
    name, identity = f"a{uuid.uuid4().hex}", ""
    try:
        labels = {"slipway.app": name}
        identity = client.create_container(image, name=name, host_config=config, labels=labels, **options)["Id"]
        with bounded_start(session, identity) if seccomp else contextlib.nullcontext():
            client.start(identity)
    except docker.errors.APIError as error:
        problem = refused_by_profile(client, error, identity) if seccomp else refused(error)
        if problem is None:
            raise
        return Start(False, 0.0, 0, problem=problem)
    session.ask("watch", container=identity)
    networks = client.inspect_container(identity)["NetworkSettings"]["Networks"]
    return App(identity, image, networks[network]["IPAddress"])


@contextlib.contextmanager
def bounded_start(session: Session, identity: str) -> Iterator[None]:
    """A start that a learner's profile may stop half-way, where the engine would wait for ever: ended in time."""

    def end() -> None:
        with contextlib.suppress(SandboxError):  # the session is over
            session.ask("end", container=identity)

    timer = threading.Timer(session.patient(PROFILE_SECONDS), end)
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def refused(error: docker.errors.APIError) -> Problem | None:
    """What the engine says of a container that cannot be started as it is; None: that is a fault of ours."""
    text = clean(str(error.explanation or error))
    return Problem(f"the container did not start: {_shorter(text)}") if _REFUSED.search(text) else None


def refused_by_profile(client: docker.APIClient, error: docker.errors.APIError, container: str) -> Problem:
    """Return the same under a learner's profile, which may stop the engine's own last steps before the program."""
    client.ping()  # an engine that is gone is a fault of ours
    text = clean(str(error.explanation or error))
    said = _last_step(client, container) if _GONE.search(text) else text
    return refused(error) or Problem(f"the container did not start: {said}")


def _last_step(client: docker.APIClient, container: str) -> str:
    """Say what stopped the container runtime. The engine only sees it gone; it writes the reason where an app does."""
    with contextlib.suppress(docker.errors.APIError):
        lines = clean(client.logs(container, tail=1)).strip().splitlines()
        if lines:
            return f"the profile refused one of the container runtime's last steps: {lines[-1][:STEP_CHARACTERS]}"
    return "the profile ended the container runtime in its last steps before the program"


def _shorter(text: str) -> str:
    """Without the engine's own chain of callers: the last clauses say what is wrong with the image."""
    return text.rpartition("unable to start container process: ")[2].removesuffix(": unknown")


def until_ready(session: Session, app: App, port: int, path: str, seconds: float) -> tuple[Answer, float]:
    """The first good answer of `path`, or the last bad one when the time is over or the container has ended."""
    probe = session.probe.result()
    begun = time.monotonic()
    number, answer = probe.order(host=app.address, port=port, path=path, seconds=seconds, until_ready=True)
    first: SimpleQueue[Answer] = SimpleQueue()

    def answered(future: Future[Answer]) -> None:
        first.put(future.result() if future.exception() is None else Answer(None, "", "the probe ended"))

    def watch() -> None:
        try:
            session.client.wait(app.id, timeout=int(seconds) + 1)
        except (docker.errors.DockerException, requests.RequestException):
            return  # it still runs, or the session is over
        # Connecting to a container that is gone waits for seconds: nobody has to wait for that answer.
        first.put(Answer(None, "", "the container ended"))
        with contextlib.suppress(SandboxError):
            probe.cancel(number)

    answer.add_done_callback(answered)
    threading.Thread(target=watch, name="watch", daemon=True).start()
    try:
        return first.get(timeout=seconds + session.patient(SLACK_SECONDS)), time.monotonic() - begun
    except Empty as error:
        raise SandboxError("the probe did not answer") from error


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
        problem=Problem(clean(state["Error"])) if state.get("Error") else None,
    )
    counted = session.ask("counters", container=app.id)
    if counted["pids_refused"]:
        raise LimitReached(LimitHit("pids", session.plan.limits.run_pids, "processes", "start"), fact)
    if counted["oom_kills"] or state.get("OOMKilled"):
        hit = LimitHit("memory", session.plan.limits.run_memory_mb, "MB", "start")
        raise LimitReached(hit, fact)
    return fact
