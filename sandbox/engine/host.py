"""Can this machine host an engine? One sentence that says what is missing, or nothing."""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

_NAMESPACES = ["unshare", "--mount", "--net", "--pid", "--ipc", "--uts", "--cgroup", "--fork"]


def missing() -> str:
    """ "" when an engine can run here."""
    return next((sentence for is_there, sentence in _NEEDS if not is_there()), "")


def _new_namespaces() -> bool:
    command = [*_NAMESPACES, "mount", "-t", "proc", "proc", "/proc"]
    return bool(shutil.which("unshare")) and not subprocess.run(command, capture_output=True, check=False).returncode


def _writable_cgroups() -> bool:
    base = Path("/sys/fs/cgroup")
    probe = (base if (base / "cgroup.controllers").exists() else base / "pids") / f"slipway-probe-{os.getpid()}"
    try:
        probe.mkdir()
        probe.rmdir()
    except OSError:
        return False
    return True


# In this order: what comes later can only be asked when what comes before is there.
_NEEDS: tuple[tuple[Callable[[], bool], str], ...] = (
    (lambda: platform.system() == "Linux", "containers need Linux, and this is another system"),
    (lambda: os.geteuid() == 0, "building containers in a sandbox needs root; start it with sudo"),
    (lambda: platform.machine() == "x86_64", "the base images are made for x86-64, and this is another machine"),
    (lambda: bool(shutil.which("apt-get")), "the engine is assembled from Debian packages, and there is no apt-get"),
    (_new_namespaces, "this machine does not allow new namespaces (is it a container without privileges?)"),
    (lambda: "overlay" in Path("/proc/filesystems").read_text().split(), "the kernel has no overlay file system"),
    (_writable_cgroups, "control groups are not writable here, so limits could not hold"),
)
