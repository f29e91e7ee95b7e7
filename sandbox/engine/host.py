"""Can this machine host an engine? One sentence that says what is missing, or nothing."""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
from pathlib import Path

_NAMESPACES = ["unshare", "--mount", "--net", "--pid", "--ipc", "--uts", "--cgroup", "--fork"]


def missing() -> str:
    """ "" when an engine can run here."""
    if platform.system() != "Linux":
        return f"containers need Linux, and this is {platform.system()}"
    if os.geteuid() != 0:
        return "building containers in a sandbox needs root; start it with sudo"
    if platform.machine() != "x86_64":
        return f"the base images are made for x86-64, and this machine is {platform.machine()}"
    if not shutil.which("apt-get"):
        return "the engine is assembled from Debian packages, and this machine has no apt-get"
    if (
        not shutil.which("unshare")
        or subprocess.run(
            [*_NAMESPACES, "mount", "-t", "proc", "proc", "/proc"], capture_output=True, check=False
        ).returncode
    ):
        return "this machine does not allow new namespaces (is it a container without privileges?)"
    filesystems = Path("/proc/filesystems").read_text().split()
    if "overlay" not in filesystems:
        return "the kernel has no overlay file system"
    if not _writable_cgroups():
        return "control groups are not writable here, so limits could not hold"
    if not Path("/dev/loop-control").exists():
        return "there are no loop devices, so a slot's disk could not be bounded"
    return ""


def _writable_cgroups() -> bool:
    base = Path("/sys/fs/cgroup")
    probe = (base if (base / "cgroup.controllers").exists() else base / "pids") / f"slipway-probe-{os.getpid()}"
    try:
        probe.mkdir()
        probe.rmdir()
    except OSError:
        return False
    return True
