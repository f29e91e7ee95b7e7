"""Where an installation's control groups are made: below a scope that systemd delegates, else at the root of the tree.

On v2 systemd owns the tree. A group that was made without it may lose its controllers at the next `daemon-reload`; its
documentation ("Control Group APIs and Delegation") asks for a unit with `Delegate=yes`. Such a unit lives as long as a
process in it, so a child process waits there. A machine without systemd, a container, and v1 have no
such unit; there the groups are at the root. Standard library only.
"""

from __future__ import annotations

import contextlib
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from sandbox.engine import cgroups
from sandbox.engine.cgroups import Group
from sandbox.engine.lifetime import end_with_parent

SLICE = "system.slice"
SYSTEMD = Path("/run/systemd/system")  # its existence says that systemd runs, as sd_booted(3) documents
START_SECONDS = 20.0  # systemd answers within a second, on an emulated machine within ten


def home(name: str) -> Group:
    """The group that holds the slots' groups of the installation `name`."""
    scope = Group(f"{SLICE}/{name}.scope")
    return scope if cgroups.is_v2() and (cgroups.ROOT / scope.path).is_dir() else Group(name)


def is_delegated() -> bool:
    """Whether systemd can delegate a scope here."""
    return cgroups.is_v2() and SYSTEMD.is_dir() and shutil.which("systemd-run") is not None


@contextlib.contextmanager
def opened(name: str) -> Iterator[Group]:
    """The home of `name` with every controller handed down, for as long as slots may need it.

    OSError: the kernel refused; limits could not be enforced.
    """
    holder = _hold(name) if is_delegated() else None
    try:
        group = home(name)
        group.make()
        if cgroups.is_v2():
            if group.path == name:
                cgroups.hand_down(cgroups.ROOT)
            cgroups.hand_down(cgroups.ROOT / group.path)
        yield group
    finally:
        if holder is not None:
            holder.kill()
            holder.wait()
        elif not any(group.children()):
            with contextlib.suppress(OSError):  # another process has just made a slot's group in it
                group.remove()


def _hold(name: str) -> subprocess.Popen[bytes] | None:
    """A child that keeps the scope alive; None where systemd refuses, which is reported."""
    deadline = time.monotonic() + START_SECONDS
    scope = cgroups.ROOT / SLICE / f"{name}.scope"
    while True:
        if scope.is_dir():
            return _wait_in(scope, _start(["sleep", "infinity"]))
        run = ["systemd-run", "--scope", "--quiet", "--collect", f"--unit={name}", "--property=Delegate=yes"]
        holder = _start([*run, "--", "sleep", "infinity"])
        while holder.poll() is None and time.monotonic() < deadline:
            if scope.is_dir() and str(holder.pid) in (scope / "cgroup.procs").read_text().split():
                return _wait_in(scope, holder)
            time.sleep(0.02)
        holder.kill()
        holder.wait()
        if time.monotonic() > deadline:
            print(f"sandbox  systemd delegated no scope: control groups are at the root as {name}", file=sys.stderr)
            return None
        time.sleep(0.1)  # the unit of an earlier run is being removed


def _wait_in(scope: Path, holder: subprocess.Popen[bytes]) -> subprocess.Popen[bytes]:
    """Move the holder below the scope: a group with processes of its own cannot hand controllers down."""
    inner = scope / "holder"
    inner.mkdir(exist_ok=True)
    (inner / "cgroup.procs").write_text(str(holder.pid))
    return holder


def _start(command: list[str]) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        preexec_fn=end_with_parent,  # noqa: PLW1509  # one system call, safe between threads
    )
