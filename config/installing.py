"""What is installed here and when: for the web server, for the engine, for the tests. Standard library only."""

from __future__ import annotations

import fcntl
import os
import shutil
import sys
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import IO

from config import preflight
from config.pythons import PYTHON, PYTHON_PACKAGES, Stopped, test_packages, web_packages
from config.readable import make_sources_readable
from sandbox.engine.paths import PROJECT, Layout, layout
from sandbox.engine.provision import all as engine
from sandbox.engine.provision.parts import Part, PartFailed, Progress, Setup, run, say

__all__ = ["PYTHON", "Stopped"]  # for `config.start`, which may import nothing that older Pythons cannot read

# Programs of the machine's own distribution, and the packages that have them.
ENGINE_TOOLS = {"mmdebstrap": "mmdebstrap", "mkfs.ext4": "e2fsprogs", "dpkg-deb": "dpkg"}
KEYRINGS = Path("/usr/share/keyrings")
ARCHIVE_KEYS = "debian-archive-keyring"  # a package and the name of its files; Ubuntu has none, and mmdebstrap needs it
SEARCHED = ":/usr/sbin:/sbin"  # mkfs is where users' PATH may not look
Tell = Callable[[Progress], None]
_held: list[IO[str]] = []  # locks of this process


def install_for_the_web() -> None:
    """The Python packages that web and worker import. Stopped: one sentence says what is missing."""
    if _runs(layout()):
        raise Stopped("Slipway runs from this folder already")
    place = _prepared()
    preflight.note_engine(place)
    _make(place, [web_packages(place)])


def install_for_the_engine(tell: Tell) -> None:
    """What slots are made from. Stopped: something could not be fetched or made."""
    place = _prepared()
    _prepare_engine(place)
    _install_tools(place, _lacking_for_the_engine())
    _make(place, [web_packages(place), *engine.parts(place, PYTHON, (PYTHON_PACKAGES,))], tell)


def install_everything() -> None:
    """All of it, for `make setup` and `make test`. What has no engine here is left out, and says so."""
    place = _prepared()
    reason = preflight.note_engine(place)
    lacking = [] if reason else _lacking_for_the_engine()
    lacking += [] if _has("npm") else ["npm"]
    if lacking and os.geteuid() == 0 and _has("apt-get"):
        _install_tools(place, lacking)
    parts = [web_packages(place), test_packages(place)]
    if _has("npm"):
        parts.append(_front_packages(place))
    else:
        say("npm is missing, so tests of accessibility are left out; to install it: apt-get install npm")
    if not reason:
        _prepare_engine(place)
        parts += engine.parts(place, PYTHON, (PYTHON_PACKAGES,))
    _make(place, parts)
    if reason:
        print(f"setup: no sandbox engine here: {reason}", file=sys.stderr)


def _prepared() -> Layout:
    """The folder for everything that is made. Stopped: this user may not write there."""
    place = layout()
    preflight.proxies()
    try:
        place.var.mkdir(exist_ok=True)
        if place.var.stat().st_uid == os.geteuid():
            place.var.chmod(0o755)
        (place.var / "log").mkdir(exist_ok=True)
        (place.var / "stamps").mkdir(exist_ok=True)
        _hold(place)
        if os.geteuid() == 0 and make_sources_readable():
            say("made the program's files readable for its services, which run as other users")
    except PermissionError as error:
        raise Stopped(
            f"{error.filename or place.var} belongs to another user, who set Slipway up here; "
            "run it as that user, or use a clone of your own"
        ) from error
    return place


def _runs(place: Layout) -> bool:
    """Whether a runner holds this folder; asked before anything waits for its set-up."""
    try:
        with (place.var / "run.lock").open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return False  # nothing was ever started here, or another user's: `_prepared` says so
    return False


def _hold(place: Layout) -> None:
    """One set-up at a time: two would move each other's work away."""
    lock = (place.var / "setup.lock").open("w")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        say("another set-up runs in this folder; waiting for it")
        fcntl.flock(lock, fcntl.LOCK_EX)
    _held.append(lock)


def _make(place: Layout, parts: list[Part], tell: Tell | None = None) -> None:
    try:
        Setup(parts, place.stamps, tell).run()
    except PartFailed as error:
        raise Stopped(str(error), error.todo) from error
    except PermissionError as error:
        raise Stopped(
            f"{error.filename} cannot be written by this user; Slipway was set up here by another one, so run it as "
            "that user, or use a clone of your own"
        ) from error


def _front_packages(place: Layout) -> Part:
    """Pages need none of them: they are for the browser tests."""
    lock = PROJECT / "package-lock.json"
    command = ["npm", "ci", "--no-audit", "--no-fund"]
    make = partial(run, command, place.var / "log" / "npm.log", cwd=PROJECT)
    return Part("front-end packages", make, (PROJECT / "node_modules",), (lock.read_text(),), seconds=2.0)


def _has(tool: str) -> bool:
    return shutil.which(tool, path=os.environ.get("PATH", "") + SEARCHED) is not None


def _lacking_for_the_engine(tools: Mapping[str, str] = ENGINE_TOOLS, keyrings: Path = KEYRINGS) -> list[str]:
    lacking = {package for tool, package in tools.items() if not _has(tool)}
    return sorted(lacking | (set() if any(keyrings.glob(f"{ARCHIVE_KEYS}.*")) else {ARCHIVE_KEYS}))


def _install_tools(place: Layout, lacking: list[str]) -> None:
    if not lacking:
        return
    say(f"installing {', '.join(lacking)}")
    log = place.var / "log" / "apt.log"
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    try:
        run(["apt-get", "update"], log, env=quiet)
        run(["apt-get", "install", "--yes", "--no-install-recommends", *lacking], log, env=quiet)
    except PartFailed as error:
        raise Stopped(f"{', '.join(lacking)} could not be installed: {error}", error.todo) from error


def _prepare_engine(place: Layout) -> None:
    if needs := preflight.needs(place):
        say(needs)
    _remove_leftovers(place)


def _remove_leftovers(place: Layout) -> None:
    """Work of a set-up that was killed: it may be a gigabyte, and nothing takes it up again."""
    for folder in (place.images, place.packages):
        for left in (path for path in folder.glob("*-????????") if path.is_dir()):
            if not any(line.split()[4].startswith(str(left)) for line in _mounts()):
                shutil.rmtree(left, ignore_errors=True)


def _mounts() -> list[str]:
    return Path("/proc/self/mountinfo").read_text().splitlines()
