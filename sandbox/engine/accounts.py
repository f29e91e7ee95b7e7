"""Accounts of an image that lead to root: uid 0, and a password that opens them, or none that is asked for.

Debian's own images lock root's password. With another one, every set-user-ID `su` is a door.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Sequence
from pathlib import Path

FILE_BYTES = 64 * 1024  # an image that runs one service has a few dozen accounts
_FLAGS = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_LOCKED = ("!", "*")


def opened(directories: Sequence[Path]) -> list[str]:
    """Names of the open accounts with uid 0, as the image in `directories` (lowest first) has them."""
    shadow = {name: password for name, password, *_ in _rows(directories, "etc/shadow", 2)}
    found = []
    for name, password, uid, *_ in _rows(directories, "etc/passwd", 3):
        if not uid.isdecimal() or int(uid) != 0:
            continue
        own = shadow.get(name, "*") if password == "x" else password  # noqa: S105  # it says: look in the other file
        if not own.startswith(_LOCKED):
            found.append(name)
    return found


def _rows(directories: Sequence[Path], path: str, fields: int) -> list[list[str]]:
    rows = [line.split(":") for line in _text(directories, path).splitlines()]
    return [row for row in rows if len(row) >= fields]


def _text(directories: Sequence[Path], path: str) -> str:
    """The topmost layer's file; "" where it is none, or more than one would read."""
    for directory in reversed(directories):
        try:
            handle = os.open(directory / os.path.dirname(path), os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
        except OSError:
            continue
        try:
            descriptor = os.open(os.path.basename(path), _FLAGS, dir_fd=handle)
        except FileNotFoundError:
            continue
        except OSError:
            return ""
        finally:
            os.close(handle)
        with open(descriptor, "rb") as stream:
            if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                return ""
            return stream.read(FILE_BYTES).decode(errors="replace")
    return ""
