"""Services run as users of their own and read the clone; a clone made under umask 077 is closed to them."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

from sandbox.engine.paths import PROJECT

# What services and slots read. Not `.env`, `.git` or `var/`, which may hold secrets.
FOLDERS = ("config", "labs", "lessons", "people", "sandbox", "static", "templates", "tests")
FILES = ("manage.py", "pyproject.toml")
_READ, _ENTER = stat.S_IRGRP | stat.S_IROTH, stat.S_IXGRP | stat.S_IXOTH


def make_sources_readable(project: Path = PROJECT) -> int:
    """Let every user read the program's own files and enter its folders; how many were closed.

    Where folders above are closed (`/root`), they stay so: services get a view of their own.
    """
    closed = 0
    below = (path for name in FOLDERS for path in _below(project / name))
    for path in (project, *(project / name for name in FILES), *below):
        mode = path.lstat().st_mode
        wanted = mode | _READ | (_ENTER if stat.S_ISDIR(mode) or mode & stat.S_IXUSR else 0)
        if mode != wanted and not stat.S_ISLNK(mode):
            path.chmod(stat.S_IMODE(wanted))
            closed += 1
    return closed


def _below(path: Path) -> Iterator[Path]:
    yield path
    for folder, names, files in os.walk(path):
        yield from (Path(folder) / name for name in (*names, *files))
