"""Can this machine host an engine? One sentence that says what is missing, or nothing."""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
from collections.abc import Callable

from sandbox.engine import cgroups, modules

_NAMESPACES = ["unshare", "--mount", "--net", "--pid", "--ipc", "--uts", "--cgroup", "--fork"]


def missing() -> str:
    """ "" when an engine can run here."""
    return next((sentence for is_there, sentence in _NEEDS if not is_there()), "") or modules.missing()


def _new_namespaces() -> bool:
    command = [*_NAMESPACES, "mount", "-t", "proc", "proc", "/proc"]
    return bool(shutil.which("unshare")) and not subprocess.run(command, capture_output=True, check=False).returncode


def _writable_cgroups() -> bool:
    probe = (cgroups.ROOT if cgroups.is_v2() else cgroups.ROOT / "pids") / f"slipway-probe-{os.getpid()}"
    try:
        probe.mkdir()
        probe.rmdir()
    except OSError:
        return False
    return True


def _controllers() -> bool:
    if not cgroups.is_v2():
        return all((cgroups.ROOT / name).is_dir() for name in cgroups.NEEDED)
    return set((cgroups.ROOT / "cgroup.controllers").read_text().split()) >= cgroups.NEEDED


# In this order: what comes later can only be asked when what comes before is there.
_NEEDS: tuple[tuple[Callable[[], bool], str], ...] = (
    (lambda: platform.system() == "Linux", "containers need Linux, and this is another system"),
    (lambda: os.geteuid() == 0, "building containers in a sandbox needs root; start it with sudo"),
    (lambda: platform.machine() == "x86_64", "the base images are made for x86-64, and this is another machine"),
    (lambda: bool(shutil.which("apt-get")), "the engine is assembled from Debian packages, and there is no apt-get"),
    (_new_namespaces, "this machine does not allow new namespaces (is it a container without privileges?)"),
    (_writable_cgroups, "control groups are not writable here, so limits could not be enforced"),
    (
        _controllers,
        "the kernel does not offer the control group controllers cpu, memory and pids, so limits could not be enforced",
    ),
)
