"""What grades and safety depend on here, as one short text: when it changes, everything has to be proven again."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

from sandbox.engine import cgroups
from sandbox.engine.paths import Layout

SANDBOX = Path(__file__).resolve().parents[1]
_READ = {".py", ".sh", ".json", ".conf", ".yml", ".c", ""}  # without an ending: what stands before the engine's runc
_PACKAGES = Path("var/lib/dpkg/status")  # of the engine tree: names every program in it with its version
CHARACTERS = 16


def fingerprint(layout: Layout) -> str:
    """Of kernel, control groups, engine tree, catalogue, and the sandbox's own code with every limit and setting."""
    digest = hashlib.sha256()
    for part in _parts(layout):
        digest.update(hashlib.sha256(part).digest())
    return digest.hexdigest()[:CHARACTERS]


def _parts(layout: Layout) -> Iterator[bytes]:
    yield f"{os.uname().release} {os.uname().machine} cgroup v{2 if cgroups.is_v2() else 1}".encode()
    yield layout.stock.read_bytes()
    packages = layout.tree / _PACKAGES
    yield packages.read_bytes() if packages.exists() else b""
    for path in sorted(path for path in SANDBOX.rglob("*") if path.suffix in _READ and path.is_file()):
        name = path.relative_to(SANDBOX)
        if name.parts[0] != "hostile":  # what tries the sandbox is no part of it
            yield f"{name}\0".encode() + path.read_bytes()
