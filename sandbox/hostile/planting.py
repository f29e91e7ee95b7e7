"""Puts into a folder what no learner can send: links out of it, pipes, sockets, files that lie about their size."""

from __future__ import annotations

import os
import socket
from collections.abc import Mapping, Sequence
from pathlib import Path

from sandbox.hostile.cases import Plant

SPARSE_BYTES = 1 << 40


def plant(wanted: Sequence[Plant], context: Path, values: Mapping[str, str]) -> None:
    """Each below `context`; `@NAME@` in a target becomes a value of this run."""
    for one in wanted:
        target = one.target
        for name, value in values.items():
            target = target.replace(f"@{name}@", value)
        path = context / one.path
        path.parent.mkdir(parents=True, exist_ok=True)
        _make(one, path, target)


def _make(one: Plant, path: Path, target: str) -> None:
    match one.kind:
        case "symlink":
            path.unlink(missing_ok=True)
            path.symlink_to(target)
        case "hardlink":
            os.link(target, path)
        case "fifo":
            os.mkfifo(path)
        case "socket":
            _socket(path)
        case "sparse":
            with path.open("wb") as stream:
                stream.truncate(SPARSE_BYTES)
        case "folders":
            for number in range(one.count):
                (path / str(number)).mkdir(parents=True)


def _socket(path: Path) -> None:
    """By a short name: a socket's path may hold 107 bytes."""
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        with socket.socket(socket.AF_UNIX) as server:
            server.bind(f"/proc/self/fd/{folder}/{path.name}")
    finally:
        os.close(folder)
