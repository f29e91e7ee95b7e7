"""Where trees, disks and running guests are kept, and how this machine's own programs are called."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Sequence
from pathlib import Path

from sandbox.engine.paths import PROJECT

SUITES = ("bookworm", "trixie")
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


def run(command: Sequence[str | Path], log: Path | None = None) -> None:
    """Run a program of this machine; its output goes to `log`, or is shown. CalledProcessError when it fails."""
    environment = {**os.environ, "PATH": _SBIN, "DEBIAN_FRONTEND": "noninteractive"}
    words = [str(word) for word in command]
    if log is None:
        subprocess.run(words, check=True, env=environment)
        return
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as sink:
        subprocess.run(words, check=True, env=environment, stdout=sink, stderr=sink)
