"""Where a slot's engine keeps its data: a bounded file system, filled from the golden one and thrown away.

With loop devices it is an ext4 file, whose blocks are shared with the golden file where the disk can do that. A
container has no loop devices; there it is a tmpfs, bounded just as well, which takes memory for what it holds.
"""

from __future__ import annotations

import os
import subprocess
import tempfile
from pathlib import Path
from typing import Protocol

from sandbox.engine.paths import has_loop_devices

DATA_MB = 3072  # catalogue images take a third, a learner's builds the rest
DATA_INODES = 400_000
JOURNAL_MB = 16  # of names and sizes alone; by default it would take 64
_PATH = os.environ.get("PATH", "") + ":/usr/sbin:/sbin"  # mkfs lives where users' PATH may not look
_KEEP = ("--numeric-owner", "--xattrs", "--xattrs-include=*")  # overlay marks what a layer removes with attributes


class DataRoots(Protocol):
    """`target` is what `init.sh` takes as the data root."""

    def make(self, target: Path) -> None:
        """An empty one."""

    def fill(self, golden: Path, target: Path) -> None:
        """A fresh copy of the golden one, in place of whatever is at `target`."""

    def keep(self, data: Path, golden: Path) -> None:
        """Make a stopped engine's data root the golden one; `data` is gone afterwards."""

    def remove(self, target: Path) -> None:
        """Also where there is none."""


class Files:
    """ext4 files on loop devices, which the kernel ends with the mount."""

    def make(self, target: Path) -> None:
        """With a journal, though it is thrown away rather than repaired: without one, ext4 hands no inode out again
        for a minute, and its search past those that a build has just removed took a quarter of all processor time.
        """
        target.parent.mkdir(parents=True, exist_ok=True)
        target.unlink(missing_ok=True)
        with target.open("wb") as stream:
            stream.truncate(DATA_MB * 1024 * 1024)
        _run("mkfs.ext4", "-q", "-m", "0", "-N", str(DATA_INODES), "-J", f"size={JOURNAL_MB}", target)

    def fill(self, golden: Path, target: Path) -> None:
        target.parent.mkdir(parents=True, exist_ok=True)
        target.unlink(missing_ok=True)
        # Builds that run now come first. `auto` copies the file's extents inside the kernel, in a third of the time
        # that looking for zeros takes.
        _run("nice", "-n", "19", "cp", "--sparse=auto", "--reflink=auto", golden, target)

    def keep(self, data: Path, golden: Path) -> None:
        _trim(data)
        data.rename(golden)

    def remove(self, target: Path) -> None:
        target.unlink(missing_ok=True)


def _trim(data: Path) -> None:
    """Give back the blocks of what was removed again, a sixth of the file: each slot would copy them."""
    with tempfile.TemporaryDirectory(prefix="slipway-trim-") as place:
        try:
            _run("mount", "-o", "loop", data, place)
        except OSError:
            return  # the file is right as it is, only larger
        try:
            _run("fstrim", place)
        except OSError:
            pass  # this disk cannot give blocks back
        finally:
            _run("umount", place)


class Memory:
    """tmpfs, mounted in the supervisor's own view and bound into the slot; the golden one is a tar archive."""

    def make(self, target: Path) -> None:
        self.remove(target)
        target.mkdir(parents=True)
        size = f"size={DATA_MB}m,nr_inodes={DATA_INODES},mode=0711"
        _run("mount", "-t", "tmpfs", "-o", size, "tmpfs", target)

    def fill(self, golden: Path, target: Path) -> None:
        self.make(target)
        _run("tar", "-x", *_KEEP, "-f", golden, "-C", target)

    def keep(self, data: Path, golden: Path) -> None:
        new = golden.with_suffix(".new")
        _run("tar", "-c", *_KEEP, "-f", new, "-C", data, ".")
        new.rename(golden)
        self.remove(data)

    def remove(self, target: Path) -> None:
        if target.is_mount():
            _run("umount", "--lazy", target)
        if target.is_dir():
            target.rmdir()


def _run(*command: str | Path) -> None:
    """OSError with what the program said: the disk is full, mostly."""
    environment = {**os.environ, "PATH": _PATH}
    done = subprocess.run(command, stderr=subprocess.PIPE, text=True, errors="replace", check=False, env=environment)
    if done.returncode != 0:
        raise OSError(f"{command[0]}: {done.stderr.strip()[:500]}")


def data_roots() -> DataRoots:
    return Files() if has_loop_devices() else Memory()
