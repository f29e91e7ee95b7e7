"""Parts of the set-up: each is cached by a stamp, made aside and moved into place, and shown while it is made."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from pathlib import Path

# Two cores gain from three parts at once: one of them usually waits for the network.
AT_ONCE = 3
TICK = 5.0  # seconds between lines that say what is still being made


class PartFailed(Exception):
    """A part could not be made; the message is for the operator and names the log."""


@dataclass(frozen=True, slots=True)
class Part:
    """One thing to make. `inputs` decide its key: when they change, it is made again.

    `after`: parts it is made from. `order`: parts that must be there first, and whose changes do not matter to it.
    """

    name: str
    make: Callable[[], None]
    outputs: tuple[Path, ...]
    inputs: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    order: tuple[str, ...] = ()
    key: str = field(default="", compare=False)


def run(
    command: Sequence[str | Path], log: Path, *, env: Mapping[str, str] | None = None, cwd: Path | None = None
) -> None:
    """Run one program with its output in `log`; PartFailed carries the last lines."""
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as sink:
        words = [str(word) for word in command]
        done = subprocess.run(words, stdout=sink, stderr=sink, check=False, env=env, cwd=cwd)
    if done.returncode != 0:
        tail = "\n".join(log.read_text(errors="replace").splitlines()[-15:])
        raise PartFailed(f"`{command[0]}` ended with {done.returncode}; see {log}\n{tail}")


def fresh(directory: Path) -> Path:
    """An empty directory at `directory`, whatever an interrupted run left there."""
    if directory.exists():
        shutil.rmtree(directory)
    directory.mkdir(parents=True)
    return directory


def replace(new: Path, old: Path) -> None:
    """Move a finished directory or file into place; an interruption leaves the old one, the new one, or neither."""
    aside = old.with_name(old.name + ".old")  # a directory cannot be renamed over another
    shutil.rmtree(aside, ignore_errors=True)
    old.parent.mkdir(parents=True, exist_ok=True)
    if old.is_dir():
        old.rename(aside)
    new.rename(old)
    shutil.rmtree(aside, ignore_errors=True)


_printing = threading.Lock()


def say(text: str) -> None:
    """One line for whoever waits; parts are made by several threads."""
    with _printing:
        print(f"  setup  {text}", file=sys.stderr, flush=True)


class Setup:
    """Makes parts in the order of their needs, several at once, and prints each one's seconds."""

    def __init__(self, parts: Iterable[Part], stamps: Path) -> None:
        self.parts = {part.name: part for part in parts}
        self.stamps = stamps
        self.keys: dict[str, str] = {}
        self.seconds: dict[str, float] = {}
        self.started: dict[str, float] = {}

    def run(self) -> None:
        """Make what is missing or out of date. PartFailed: the first failure, after the others have ended."""
        begun = time.monotonic()
        waiting = dict(self.parts)
        running: dict[Future[None], str] = {}
        done: set[str] = set()
        with ThreadPoolExecutor(AT_ONCE) as pool:
            while waiting or running:
                for name in [n for n, p in waiting.items() if {*p.after, *p.order} <= done]:
                    part = waiting.pop(name)
                    running[pool.submit(self._make, part)] = name
                if not running:
                    raise PartFailed(f"nobody makes what {', '.join(sorted(waiting))} need")
                finished, _ = wait(running, timeout=TICK, return_when=FIRST_COMPLETED)
                for future in finished:
                    name = running.pop(future)
                    future.result()
                    done.add(name)
                if not finished:
                    self._say_running()
        if self.seconds:
            say(f"set up in {time.monotonic() - begun:.1f} s")

    def _key(self, part: Part) -> str:
        words = [*part.inputs, *(self.keys[name] for name in part.after)]
        return hashlib.sha256("\0".join(words).encode()).hexdigest()

    def _make(self, part: Part) -> None:
        self.keys[part.name] = key = self._key(part)
        stamp = self._stamp(part.name)
        if stamp.exists() and stamp.read_text() == key and all(path.exists() for path in part.outputs):
            return
        self._forget(part.name)
        self.started[part.name] = begun = time.monotonic()
        say(f"{part.name} …")
        try:
            part.make()
        finally:
            del self.started[part.name]
        missing = [path for path in part.outputs if not path.exists()]
        if missing:
            raise PartFailed(f"{part.name} was made, but {missing[0]} is not there")
        self.seconds[part.name] = time.monotonic() - begun
        stamp.parent.mkdir(parents=True, exist_ok=True)
        stamp.write_text(key)
        say(f"{part.name}: {self.seconds[part.name]:.1f} s")

    def _stamp(self, name: str) -> Path:
        return self.stamps / name.replace(" ", "-").replace(":", "-").replace("/", "-")

    def _forget(self, name: str) -> None:
        """Forget that the part is made, and what is made from it: made again, it may be another one."""
        self._stamp(name).unlink(missing_ok=True)
        for part in self.parts.values():
            if name in part.after:
                self._forget(part.name)

    def _say_running(self) -> None:
        now = time.monotonic()
        still = ", ".join(f"{name} ({now - at:.0f} s)" for name, at in sorted(self.started.items()))
        if still:
            say(f"still at work: {still}")
