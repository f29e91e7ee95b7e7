"""What set-up needs of this machine, asked before it starts: disk, memory, a clock that is right. One sentence each."""

from __future__ import annotations

import os
import shutil
import time
from pathlib import Path

from sandbox.engine.host import missing
from sandbox.engine.paths import PROJECT, Layout

GB = 1024**3
SETUP_BYTES = int(3.5 * GB)  # what stays is 2.5; the rest is needed while images are assembled
SLOT_BYTES = 2 * GB  # a fresh data root and its spare, 0.9 each; a build that fills it takes up to 2 more
SLOT_MEMORY = int(0.9 * GB)  # an engine with a lab's build
REST_MEMORY = int(0.6 * GB)  # web, worker, Redis and the machine's own programs
A_DAY = 86_400
_WRITTEN = (Path("/var/lib/dpkg/status"), Path("/etc/os-release"), PROJECT / "README.md")


def note_engine(place: Layout) -> str:
    """Why no engine can run here, "" when one can. `var/no-engine` holds it for the runner, the pages and the tests."""
    reason = missing() or too_little(place)
    file = place.var / "no-engine"
    if reason:
        file.write_text(reason)
        file.chmod(0o644)
    else:
        file.unlink(missing_ok=True)
    return reason


def too_little(place: Layout) -> str:
    """What this machine has too little of for the sandbox, "" when it is enough."""
    if room_for(total_memory(), REST_MEMORY, SLOT_MEMORY) < 1:
        return (
            f"the sandbox needs {_gb(REST_MEMORY + SLOT_MEMORY)} of memory, and this machine has "
            f"{_gb(total_memory())}; give it more memory"
        )
    if not is_set_up(place):
        free, needed = free_disk(place.var), SETUP_BYTES + SLOT_BYTES
        if free < needed:
            return (
                f"set-up needs {_gb(needed)} of free disk in {place.var}, and there are {_gb(free)}; "
                "free some space and start again"
            )
        return wrong_clock()
    return ""


def needs(place: Layout) -> str:
    """What set-up is going to take, "" when it has been done already."""
    if is_set_up(place):
        return ""
    return (
        f"the sandbox needs {_gb(SETUP_BYTES)} of disk for set-up and {_gb(SLOT_BYTES)} per slot; "
        f"{_gb(free_disk(place.var))} are free in {place.var}"
    )


def is_set_up(place: Layout) -> bool:
    return place.stock.exists() and place.golden.exists()


def wrong_clock() -> str:
    """A clock that is behind files of this machine is wrong: TLS and apt would fail with riddles."""
    newest, file = max(((path.stat().st_mtime, path) for path in _WRITTEN if path.exists()), default=(0.0, PROJECT))
    if time.time() > newest - A_DAY:
        return ""
    return (
        f"this machine's clock says {time.strftime('%d %B %Y')}, but {file} was written on "
        f"{time.strftime('%d %B %Y', time.localtime(newest))}; set the clock (`timedatectl set-ntp true`)"
    )


def slots(place: Layout) -> tuple[int, str]:
    """How many slots this machine has room for, at most one per core; a sentence when that is fewer than its cores."""
    cores = os.cpu_count() or 1
    memory = room_for(total_memory(), REST_MEMORY, SLOT_MEMORY)
    disk = room_for(free_disk(place.var) + _taken(place), 0 if is_set_up(place) else SETUP_BYTES, SLOT_BYTES)
    number = max(1, min(cores, memory, disk))
    if number == cores:
        return number, ""
    lack = f"{_gb(total_memory())} of memory" if memory <= disk else f"{_gb(free_disk(place.var))} of free disk"
    words = "1 slot" if number == 1 else f"{number} slots"
    return number, f"{words} instead of {cores}: this machine has {lack} (SLIPWAY_SLOTS sets the number)"


def room_for(there: int, rest: int, each: int) -> int:
    return max(0, (there - rest) // each)


def total_memory() -> int:
    return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")


def free_disk(path: Path) -> int:
    """Of the file system that `path` is on, or will be on."""
    while not path.exists():
        path = path.parent
    return shutil.disk_usage(path).free


def _taken(place: Layout) -> int:
    """What earlier slots hold, which the next ones take over."""
    files = place.slots.rglob("*") if place.slots.exists() else ()
    return sum(file.stat().st_blocks * 512 for file in files if file.is_file())


def proxies() -> None:
    """apt reads only the lower-case variables, other programs read both."""
    for name in ("http_proxy", "https_proxy", "no_proxy"):
        if value := os.environ.get(name.upper()):
            os.environ.setdefault(name, value)


def _gb(size: int) -> str:
    return f"{size / GB:.1f} GB"
