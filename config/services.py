"""The processes of one installation, and how each is confined: an own user, an own mount and process namespace.

Only the sandbox supervisor stays root. Web, worker and Redis see the clone and the interpreter read-only, at their own
paths, and may write the parts of `var/` named here and nothing else. Standard library only.
"""

from __future__ import annotations

import os
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from sandbox.engine.paths import PROJECT, Layout

# Numbers that Debian gives to no account. The group shares the database between web and worker.
DATA_GID = 64100
WEB, WORKER, REDIS = 64101, 64102, 64103
CONFINE = Path(__file__).parent / "confine.sh"
LOADER = "lib64/ld-linux-x86-64.so.2"  # of the engine tree
TEMPORARY_MB = 512  # of each service's own /tmp: a worker writes build contexts there


@dataclass(frozen=True, slots=True)
class Service:
    """`uid` 0: unconfined. `writable` are folders below `var/`."""

    name: str
    command: tuple[str, ...]
    uid: int = 0
    writable: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Place:
    """Where this installation's sockets are; not below the supervisor's own directory, which it empties."""

    layout: Layout
    trial: bool = False  # with a database and accounts of its own, both thrown away at its next start

    @property
    def database(self) -> str:
        return "trial.sqlite3" if self.trial else "slipway.sqlite3"

    @property
    def accounts(self) -> Path:
        """{"url", "accounts": [{"role", "username", "password"}]}, for root's eyes only."""
        return self.layout.var / ("trial.json" if self.trial else "demo.json")

    @property
    def runtime(self) -> Path:
        name = self.layout.name + "-services"
        if os.geteuid() != 0:  # who may not write /run still reads the lesson
            return Path(tempfile.gettempdir()) / f"{name}-{os.geteuid()}"
        return self.layout.runtime.with_name(name)

    @property
    def redis(self) -> Path:
        return self.runtime / "redis.sock"


def all_services(place: Place, host: str, port: int, slots: int) -> dict[str, Service]:
    """Every service by name. `slots` 0: no engine here, hence nothing but the web server."""
    python = sys.executable
    web = ("-m", "config.web", "--host", host, "--port", str(port))
    found = [Service("web", (python, *web), WEB, ("db",))]
    if slots:
        engine = ("-m", "sandbox.engine", "--var", str(place.layout.var), "--slots", str(slots))
        who = ("--uid", str(WORKER), "--gid", str(WORKER))
        quiet = ("--without-gossip", "--without-mingle", "--without-heartbeat", "--loglevel", "warning")
        beat = ("--beat", "--schedule", str(place.layout.var / "worker" / "beat"))
        worker = ("-m", "celery", "-A", "config.celery", "worker", *beat, *quiet, "--concurrency", str(slots))
        found += [
            Service("redis", _redis(place), REDIS),
            Service("sandbox", (python, *engine, *who)),
            Service("worker", (python, *worker), WORKER, ("db", "worker")),
        ]
    return {service.name: service for service in found}


def _redis(place: Place) -> tuple[str, ...]:
    """Wake-up calls and live events only, so nothing is kept on disk; no TCP port."""
    bounds = ("--maxmemory", "128mb", "--maxmemory-policy", "noeviction", "--save", "", "--appendonly", "no")
    sockets = ("--port", "0", "--unixsocket", str(place.redis), "--unixsocketperm", "770")
    return (*redis_server(place.layout.tree), *sockets, *bounds, "--dir", "/tmp", "--loglevel", "warning")  # noqa: S108  # its own /tmp


def redis_server(tree: Path) -> tuple[str, ...]:
    """The command that starts Debian's own Valkey out of the engine tree, whose libraries it needs as well."""
    libraries = f"{tree}/usr/lib/x86_64-linux-gnu:{tree}/lib/x86_64-linux-gnu"
    return (str(tree / LOADER), "--library-path", libraries, str(tree / "usr/bin/valkey-server"))


def set_up() -> Service:
    """What slots are made from. In namespaces of its own: killed, it leaves no process and no mount."""
    outside = ("unshare", "--mount", "--pid", "--fork", "--kill-child=SIGKILL", "--mount-proc", "--")
    return Service("setup", (*outside, sys.executable, "-m", "config.behind"))


def no_engine(place: Place) -> str:
    """Why no engine can run here, "" when one can; `config.preflight` writes it."""
    file = place.layout.var / "no-engine"
    return file.read_text().strip() if file.exists() else ""


def environment(place: Place) -> dict[str, str]:
    """What a service inherits: our own settings, and nothing else of the starting shell."""
    kept = {key: value for key, value in os.environ.items() if key.startswith("SLIPWAY_")}
    kept.setdefault("SLIPWAY_REDIS_URL", f"unix://{place.redis}")
    kept["SLIPWAY_VAR"] = str(place.layout.var)
    if place.trial:
        kept["SLIPWAY_DATABASE_URL"] = f"sqlite:///{place.layout.var / 'db' / place.database}"
    return {
        **kept,
        "PATH": "/usr/local/bin:/usr/bin:/bin",
        "LANG": "C.UTF-8",
        "HOME": "/tmp",  # noqa: S108  # each service has its own
        "PYTHONDONTWRITEBYTECODE": "1",
    }


def confined(service: Service, place: Place) -> list[str]:
    """The command line that starts `service`, as root, with as little as it needs."""
    if service.uid == 0 or os.geteuid() != 0:
        return list(service.command)
    view = place.runtime / f"view-{service.name}"
    view.mkdir(parents=True, exist_ok=True)
    interpreter = Path(sys.base_prefix)
    bound = [PROJECT, *([interpreter] if not interpreter.is_relative_to("/usr") else [])]
    settings = {
        "VIEW": str(view),
        "BOUND": ":".join(map(str, bound)),
        "COVERED": ":".join(map(str, _covers(bound))),
        "WRITABLE": ":".join(str(place.layout.var / name) for name in service.writable),
        "TEMPORARY_MB": str(TEMPORARY_MB),
        "RUN_UID": str(service.uid),
        "DATA_GID": str(DATA_GID),
    }
    outside = ["unshare", "--mount", "--pid", "--ipc", "--fork", "--kill-child=SIGKILL", "--"]
    return [
        *outside,
        "env",
        *(f"{k}={v}" for k, v in settings.items()),
        "/bin/sh",
        str(CONFINE),
        *service.command,
    ]


def _covers(bound: list[Path]) -> list[Path]:
    """Directories above the bound ones that other users may not enter: each gets an empty one on top."""
    covers: list[Path] = []
    for path in bound:
        closed = [parent for parent in reversed(path.parents) if not parent.stat().st_mode & 0o001]
        covers += [closed[0]] if closed and closed[0] not in covers else []
    return covers
