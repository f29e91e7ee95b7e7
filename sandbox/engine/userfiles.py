"""The files that the engine itself reads when it starts an image: /etc/passwd and /etc/group, looked at as data.

The engine opens them as the machine's root and without a bound. A pipe in their place, or megabytes of groups, would
hang it for minutes, so an image is looked at before it is started.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Sequence
from pathlib import Path

FILES = ("passwd", "group")
BYTES = 64 * 1024  # of each; Debian's have 1 KB


def odd(directories: Sequence[Path]) -> str:
    """Return the path of the first that is no small plain file, or "". `directories`: the layers, lowest first."""
    for name in FILES:
        for directory in reversed(directories):
            folder = _status(directory / "etc")
            if folder is None:
                continue
            if not stat.S_ISDIR(folder.st_mode):
                return "/etc"
            status = _status(directory / "etc" / name)
            if status is None:
                continue
            if not (_is_whiteout(status) or (stat.S_ISREG(status.st_mode) and status.st_size <= BYTES)):
                return f"/etc/{name}"
            break
    return ""


def _status(path: Path) -> os.stat_result | None:
    try:
        return path.lstat()
    except FileNotFoundError:
        return None


def _is_whiteout(status: os.stat_result) -> bool:
    """A layer's mark that the file is removed, as overlayfs keeps it."""
    return stat.S_ISCHR(status.st_mode) and status.st_rdev == 0
