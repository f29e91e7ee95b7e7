"""`contents`: packages over all layers, counted by lists and by files; shells that start; package managers.

A removed or edited list of packages changes nothing: a layer below still has it, and of each package that a catalogue
image brings one file is known by content. A shell counts when it runs a command in the app's own container.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

import docker

from sandbox import context
from sandbox.contentfacts import Contents, Package
from sandbox.errors import SandboxError
from sandbox.experiments import build as building
from sandbox.facts import Build, Fact, Layer, LimitHit
from sandbox.images import with_files
from sandbox.logs import clean
from sandbox.plan import Experiment
from sandbox.stopped import LimitReached

if TYPE_CHECKING:
    from sandbox.session import Session

SHELLS = ("sh", "ash", "bash", "busybox", "dash", "ksh", "zsh", "fish")
MANAGERS = ("apk", "apt", "apt-get", "dnf", "dpkg", "microdnf", "opkg", "pacman", "rpm", "yum", "zypper")
SHELL_PACKAGES, MANAGER_PACKAGES = ("bash", "dash"), ("apt", "dpkg")  # found under other names by content too
SETTINGS = ("/etc/", "/usr/share/")  # scripts called as the program that they serve
ANSWER = 42  # exit status that only something that understands shell gives
TRIED = 16  # programs
TRY_SECONDS = 6.0  # a shell takes 0.1 s, and on a machine with too much to do thirty times as long
FILES = 400_000  # of an image that is looked at; the supervisor refuses more


@dataclass(frozen=True, slots=True)
class Found:
    """What the supervisor read in one image."""

    packages: tuple[Package, ...]
    shells: tuple[str, ...]  # paths of what may be one
    managers: tuple[str, ...]


# Of starters that were measured already, by engine, lab and files: (bytes, packages).
_STARTERS: dict[tuple[str, str, str], tuple[int, int]] = {}
_LOCK = threading.Lock()


def run(session: Session, experiment: Experiment, facts: Mapping[str, Fact]) -> Contents:
    app = session.containers[str(experiment.after)]
    built = next(fact for fact in facts.values() if isinstance(fact, Build) and fact.image_id == app.image)
    starter_size, starter_packages = _starter(session, experiment)
    found = look(session, built)
    shells = _started(session, app.id, found.shells)
    return Contents(built.size, starter_size, found.packages, starter_packages, shells, found.managers)


def look(session: Session, built: Build) -> Found:
    """Everything in the layers of a built image, base included."""
    made = with_files(built.layers)
    listed = _asked(session, "packages", image=built.image_id)["packages"]
    known = session.stock.signatures
    names = [f"/{name}" for name in (*SHELLS, *MANAGERS)]
    files = _asked(session, "files", image=built.image_id, names=names, contents=by_size(known.values()))["files"]
    owners: dict[str, list[str]] = {}
    for name, signatures in known.items():
        for _, digest in signatures:
            owners.setdefault(digest, []).append(name)
    return Found(
        _packages(listed, files, owners, made),
        _programs(files, owners, SHELLS, SHELL_PACKAGES),
        _programs(files, owners, MANAGERS, MANAGER_PACKAGES),
    )


def by_size(signatures: Iterable[Iterable[tuple[int, str]]]) -> dict[int, list[str]]:
    """As the supervisor takes what it compares files with."""
    result: dict[int, list[str]] = {}
    for several in signatures:
        for size, digest in several:
            result.setdefault(size, []).append(digest)
    return result


def _packages(
    listed: list[Mapping[str, Any]],
    files: list[Mapping[str, Any]],
    owners: Mapping[str, list[str]],
    made: list[Layer],
) -> tuple[Package, ...]:
    found: dict[tuple[str, str], Package] = {}
    for entry in listed:
        kind: Literal["deb", "apk", "python"] = entry["kind"]
        _add(found, Package(kind, clean(entry["name"]), clean(entry["version"]), *_place(entry, made, listed=True)))
    for entry in files:
        for name in owners.get(entry["sha256"], ()):
            _add(found, Package("deb", name, "", *_place(entry, made, listed=False)))
    return tuple(found[key] for key in sorted(found))


def _add(found: dict[tuple[str, str], Package], package: Package) -> None:
    """The lowest layer that holds it, the highest version that is listed, and whether any place is seen."""
    before = found.setdefault((package.kind, package.name), package)
    if before is not package:
        found[package.kind, package.name] = replace(
            before,
            version=package.version or before.version,
            listed=before.listed or package.listed,
            visible=before.visible or package.visible,
        )


def _place(entry: Mapping[str, Any], made: list[Layer], *, listed: bool) -> tuple[str, bool, bool]:
    return made[entry["layer"]].created_by, listed, entry["visible"]


def _programs(
    files: list[Mapping[str, Any]], owners: Mapping[str, list[str]], names: tuple[str, ...], packages: tuple[str, ...]
) -> tuple[str, ...]:
    """Paths that the container sees: by name, and by content whatever it is called."""
    paths = {
        entry["path"]
        for entry in files
        if entry["visible"]
        and entry["mode"] & 0o111
        and not entry["path"].startswith(SETTINGS)
        and (entry["path"].rpartition("/")[2] in names or set(owners.get(entry["sha256"], ())) & set(packages))
    }
    return tuple(sorted(clean(path) for path in paths))


def _started(session: Session, container: str, paths: tuple[str, ...]) -> tuple[str, ...]:
    """Those that run a command: all are begun at once, and none is waited for longer than TRY_SECONDS."""
    client, waiting = session.client, dict[str, str]()
    for path in paths[:TRIED]:
        words = [path, "sh"] if path.endswith("/busybox") else [path]
        try:
            begun = client.exec_create(container, [*words, "-c", f"exit {ANSWER}"], stdout=False, stderr=False)["Id"]
            client.exec_start(begun, detach=True)
        except docker.errors.APIError:
            continue  # the engine could not run it: no program after all, or the container has ended
        waiting[path] = begun
    deadline, shells = time.monotonic() + session.patient(TRY_SECONDS), list[str]()
    while waiting and time.monotonic() < deadline:
        for path, begun in list(waiting.items()):
            state = client.exec_inspect(begun)
            if state["Running"] or state["ExitCode"] is None:
                continue
            del waiting[path]
            if state["ExitCode"] == ANSWER:
                shells.append(path)
        time.sleep(0.02)
    return tuple(sorted(shells))


def _starter(session: Session, experiment: Experiment) -> tuple[int, int]:
    """Of the lab's own starter, built and read on this engine once in a process. Not building is our fault."""
    plan = replace(session.plan, files=session.plan.starter)
    written = context.write_context(plan, session.directory / experiment.id)
    key = (session.slot.fingerprint, session.plan.lab, context.digest(written))
    with _LOCK:
        known = _STARTERS.get(key)
    if known is None:
        built = building.execute(session, written)
        if not built.ok:
            raise SandboxError(f"the starter of {session.plan.lab} did not build")
        known = built.size, len(look(session, built).packages)
        with _LOCK:
            _STARTERS[key] = known
    return known


def _asked(session: Session, verb: str, **fields: Any) -> dict[str, Any]:
    answer = session.ask(verb, **fields)
    if answer["too_many"]:
        raise LimitReached(LimitHit("image", FILES, "files"))
    return answer
