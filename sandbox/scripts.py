"""Learners' scripts in containers of the tools image: each alone, read-only, with nothing but what it is given.

Everything that any of them needs is put into one image, each folder readable by one user only, so that a run can
neither see another's inputs nor leave anything behind. Names, users and their order are drawn anew each time: nothing
that a script sees around its inputs says which case it is.
"""

from __future__ import annotations

import contextlib
import io
import random
import secrets
import tarfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import docker
import requests
from docker.types import Ulimit

from sandbox import containers
from sandbox.errors import SandboxError
from sandbox.facts import Unavailable
from sandbox.limits import MB
from sandbox.logs import clean
from sandbox.references import parse_name
from sandbox.scriptfacts import Ran
from sandbox.stopped import NotAvailable

if TYPE_CHECKING:
    from sandbox.session import Session

USERS = range(20_000, 60_000)  # of the folders; no image of the catalogue has users there
ROOM = "/cases"
TAIL_LINES, TAIL_CHARACTERS = 30, 4000
FILE_MB = 8  # the largest file that a script may write, in its /tmp of 16 MB
NOT_STARTED = 126  # as shells say: found, and cannot be run
KILLED = 137
_RANDOM = random.SystemRandom()


@dataclass(frozen=True, slots=True)
class Folder:
    """What one run finds in its working directory. Executables are the learner's scripts."""

    files: Mapping[str, bytes]
    executables: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Room:
    """An image with every folder: `path(n)` is a working directory, `user(n)` the only one who reads it."""

    image: str
    names: tuple[str, ...]
    users: tuple[int, ...]

    def path(self, number: int) -> str:
        return f"{ROOM}/{self.names[number]}"

    def user(self, number: int) -> str:
        return f"{self.users[number]}:{self.users[number]}"


@dataclass(frozen=True, slots=True)
class Job:
    """One run in a room: the command, in the folder of that number."""

    number: int
    command: Sequence[str]
    seconds: int
    environment: Mapping[str, str] = field(default_factory=dict)
    network: str = "none"
    host: Mapping[str, Any] = field(default_factory=dict)  # more of the host configuration


def furnish(session: Session, image: str, folders: Sequence[Folder]) -> Room:
    """One image with all folders. NotAvailable: this sandbox lacks `image`."""
    require(session, image)
    room = drawn(len(folders))
    made = session.client.create_container(image, ["true"], network_disabled=True)["Id"]
    session.client.put_archive(made, "/", _packed(room, folders))
    identity = session.client.commit(made)["Id"]
    session.client.remove_container(made)
    return replace(room, image=str(identity))


def drawn(count: int) -> Room:
    """Names and users for so many folders, which nobody can know and which do not follow each other."""
    names = tuple(secrets.token_hex(6) for _ in range(count))
    return Room("", names, tuple(_RANDOM.sample(USERS, count)))


def shuffled(count: int) -> list[int]:
    """The numbers of so many runs in an order of chance: when a run begins says nothing about it."""
    return _RANDOM.sample(range(count), count)


def require(session: Session, image: str) -> None:
    """NotAvailable: the catalogue's image is not here."""
    name = parse_name(image)
    if name is None or session.stock.image_of(name) is None:
        raise NotAvailable(Unavailable("image", image, f"{image} is not available here, so nothing can run in it."))


def _packed(room: Room, folders: Sequence[Folder]) -> bytes:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as archive:
        _add(archive, ROOM, None, 0o755, 0)
        for number in shuffled(len(folders)):
            owner, path = room.users[number], room.path(number)
            _add(archive, path, None, 0o500, owner)
            for name, body in sorted(folders[number].files.items()):
                mode = 0o500 if name in folders[number].executables else 0o400
                _add(archive, f"{path}/{name}", body, mode, owner)
    return packed.getvalue()


def _add(archive: tarfile.TarFile, name: str, body: bytes | None, mode: int, owner: int) -> None:
    entry = tarfile.TarInfo(name.lstrip("/"))
    entry.mode, entry.uid, entry.gid = mode, owner, owner
    if body is None:
        entry.type = tarfile.DIRTYPE
        archive.addfile(entry)
    else:
        entry.size = len(body)
        archive.addfile(entry, io.BytesIO(body))


def run(session: Session, room: Room, job: Job) -> Ran:
    """One run to its end, or to the end of its time."""
    client = session.client
    made = client.create_container(
        room.image,
        list(job.command),
        user=room.user(job.number),
        working_dir=room.path(job.number),
        environment={"HOME": "/tmp", **job.environment},  # noqa: S108  # in the container
        entrypoint=[],
        host_config=_host(session, job),
    )["Id"]
    begun = time.monotonic()
    try:
        client.start(made)
    except docker.errors.APIError as error:
        problem = containers.refused(error)
        if problem is None:
            raise
        return Ran(NOT_STARTED, "", problem.message, 0.0)
    session.ask("watch", container=made)
    timed_out = _wait(client, made, job.seconds)
    seconds = round(time.monotonic() - begun, 3)
    state = client.inspect_container(made)["State"]
    # The engine hears of a kill on a way of its own, and may not have heard of this one yet.
    killed = session.ask("counters", container=made)["oom_kills"] or state.get("OOMKilled")
    limit = "time" if timed_out else "memory" if killed else ""
    code = None if limit else int(state["ExitCode"])
    return Ran(code, _tail(client, made, stdout=True), _tail(client, made, stdout=False), seconds, limit)


def _host(session: Session, job: Job) -> dict[str, Any]:
    memory = f"{session.plan.limits.run_memory_mb}m"
    tmpfs = dict.fromkeys(("/tmp", "/var/tmp", "/run"), "mode=1777,size=16m,nosuid,nodev")  # noqa: S108  # likewise
    config: dict[str, Any] = session.client.create_host_config(
        network_mode=job.network,
        read_only=True,
        tmpfs=tmpfs,
        cap_drop=["ALL"],
        security_opt=["no-new-privileges:true"],
        pids_limit=session.plan.limits.run_pids,
        mem_limit=memory,
        memswap_limit=memory,
        nano_cpus=int(session.plan.limits.run_cpus * 1e9),
        ulimits=[Ulimit(name="fsize", soft=FILE_MB * MB, hard=FILE_MB * MB)],
        shm_size="16m",
        ipc_mode="private",
        log_config=containers.LOG,
        **job.host,
    )
    return config


def _wait(client: docker.APIClient, container: str, seconds: int) -> bool:
    """True: its time was over, and it was killed."""
    try:
        client.wait(container, timeout=seconds)
    except requests.RequestException:
        with contextlib.suppress(docker.errors.APIError):  # it ended in this moment
            client.kill(container)
        try:
            client.wait(container, timeout=5)
        except requests.RequestException as error:
            raise SandboxError("a script outlived its kill") from error
        return True
    return False


def _tail(client: docker.APIClient, container: str, *, stdout: bool) -> str:
    raw = client.logs(container, stdout=stdout, stderr=not stdout, tail=TAIL_LINES)
    return clean(raw[-TAIL_CHARACTERS:])
