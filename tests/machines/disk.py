"""A tree as the disk of a machine."""

from __future__ import annotations

from pathlib import Path

from tests.machines import place

GB = 40  # sparse


def make(suite: str, log: Path) -> None:
    """An ext4 file with everything that is in the tree."""
    disk = place.disk(suite)
    disk.unlink(missing_ok=True)
    with disk.open("wb") as stream:
        stream.truncate(GB << 30)
    place.run(["mke2fs", "-q", "-F", "-t", "ext4", "-d", place.tree(suite), disk], log)
