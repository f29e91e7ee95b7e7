"""Where trees, disks and running guests are kept, and how this machine's own programs are called."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

from sandbox.engine.paths import PROJECT

SUITES = ("bookworm", "trixie")
# The engine that each release's own kernel gets: set-up runs on this machine's kernel, which may be newer.
ENGINES = {"bookworm": "trixie", "trixie": "forky"}
TOOLS = {
    "qemu-system-x86_64": "qemu-system-x86",
    "ssh": "openssh-client",
    "mmdebstrap": "mmdebstrap",
    "mke2fs": "e2fsprogs",
}
PLACE = Path(os.environ.get("SLIPWAY_MACHINES") or PROJECT / "var" / "machines")
_SBIN = os.environ.get("PATH", "") + ":/usr/sbin:/sbin"


def tree(suite: str) -> Path:
    return PLACE / suite / "tree"


def userland(suite: str) -> Path:
    """A tree without a kernel, for what runs on this machine's own."""
    return PLACE / suite / "userland"


def disk(suite: str) -> Path:
    return PLACE / suite / "disk.ext4"


def kernel(suite: str) -> tuple[Path, Path]:
    """The guest's own kernel and its initial RAM disk."""
    return PLACE / suite / "vmlinuz", PLACE / suite / "initrd"


def key() -> Path:
    """The private key that opens every guest, made once."""
    found = PLACE / "key"
    if not found.exists():
        PLACE.mkdir(parents=True, exist_ok=True)
        run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "machines", "-f", found])
    return found


def log(name: str) -> Path:
    file = PLACE / "log" / f"{name}.log"
    file.parent.mkdir(parents=True, exist_ok=True)
    return file


def install_tools() -> None:
    """What this machine lacks to make and boot others."""
    missing = sorted({package for program, package in TOOLS.items() if not shutil.which(program, path=_SBIN)})
    if missing:
        run(["apt-get", "-qq", "update"])
        run(["apt-get", "-qq", "install", "--yes", "--no-install-recommends", *missing], log("apt"))


def run(command: Sequence[str | Path], sink: Path | None = None) -> None:
    """Run a program of this machine; its output goes to `sink`, or is shown. CalledProcessError when it fails."""
    environment = {**os.environ, "PATH": _SBIN, "DEBIAN_FRONTEND": "noninteractive"}
    words = [str(word) for word in command]
    if sink is None:
        subprocess.run(words, check=True, env=environment)
        return
    with sink.open("ab") as stream:
        subprocess.run(words, check=True, env=environment, stdout=stream, stderr=stream)
