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
from dataclasses import dataclass
from pathlib import Path

from sandbox.engine.provision.hints import hint

# Two cores gain from three parts at once: one of them usually waits for the network.
AT_ONCE = 3
TICK = 5.0  # seconds between lines that say what is still being made


class PartFailed(Exception):
    """A part could not be made; the message is for the operator and names the log. `todo` says what to do, if known."""

    def __init__(self, message: str, todo: str = "") -> None:
        super().__init__(f"{message}\n{todo}" if todo else message)
        self.todo = todo


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
    seconds: float = 5.0  # that it takes on two cores, for estimates


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
        raise PartFailed(f"`{command[0]}` ended with {done.returncode}; see {log}\n{tail}", hint(tail))


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


@dataclass(frozen=True, slots=True)
class Progress:
    """`done` of `total` parts are made. `share` of the whole work is over, between 0 and 1."""

    done: int
    total: int
    making: tuple[str, ...]
    share: float


class Setup:
    """Makes parts in the order of their needs, several at once, and prints each one's seconds.

    `tell` hears of every part that begins or ends, and every few seconds in between.
    """

    def __init__(self, parts: Iterable[Part], stamps: Path, tell: Callable[[Progress], None] | None = None) -> None:
        self.parts = {part.name: part for part in parts}
        self.stamps = stamps
        self.tell = tell
        self.keys: dict[str, str] = {}
        self.seconds: dict[str, float] = {}
        self.started: dict[str, float] = {}
        self.stale: list[str] = []

    def run(self) -> None:
        """Make what is missing or out of date. PartFailed: the first failure, after the others have ended."""
        begun = time.monotonic()
        self._ask_all()
        waiting = {name: self.parts[name] for name in self.stale}
        running: dict[Future[None], str] = {}
        done = set(self.parts) - set(self.stale)
        pool = ThreadPoolExecutor(AT_ONCE)
        try:
            while waiting or running:
                ready = [n for n, p in waiting.items() if {*p.after, *p.order} <= done]
                for name in sorted(ready, key=self._weight, reverse=True)[: AT_ONCE - len(running)]:
                    running[pool.submit(self._make, waiting.pop(name))] = name
                finished, _ = wait(running, timeout=TICK, return_when=FIRST_COMPLETED)
                for future in finished:
                    future.result()
                    done.add(running.pop(future))
                if not finished:
                    self._say_running()
                self._tell()
        finally:
            pool.shutdown(cancel_futures=True)
        if self.seconds:
            say(f"set up in {time.monotonic() - begun:.1f} s")

    def _ask_all(self) -> None:
        """Find out what has to be made, each part after those that it needs. PartFailed: one needs an unknown part."""
        left = dict(self.parts)
        while left:
            ready = [n for n, p in left.items() if {*p.after, *p.order} <= set(self.keys)]
            if not ready:
                raise PartFailed(f"nobody makes what {', '.join(sorted(left))} need")
            for name in ready:
                part = left.pop(name)
                self.keys[name] = self._key(part)
                if not self._is_made(part) or set(part.after) & set(self.stale):
                    self.stale.append(name)
                    self._stamp(part).unlink(missing_ok=True)  # now: after an interruption it is still to be made

    def _key(self, part: Part) -> str:
        words = [*part.inputs, *(self.keys[name] for name in part.after)]
        return hashlib.sha256("\0".join(words).encode()).hexdigest()

    def _stamp(self, part: Part) -> Path:
        return self.stamps / part.name.replace(" ", "-").replace(":", "-").replace("/", "-")

    def _is_made(self, part: Part) -> bool:
        stamp = self._stamp(part)
        known = stamp.exists() and stamp.read_text() == self.keys[part.name]
        return known and all(path.exists() for path in part.outputs)

    def _weight(self, name: str) -> float:
        """Seconds from a part's beginning to the end of everything that waits for it: the longest way goes first."""
        behind = [n for n in self.stale if name in {*self.parts[n].after, *self.parts[n].order}]
        return self.parts[name].seconds + max(map(self._weight, behind), default=0.0)

    def _make(self, part: Part) -> None:
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
        self.stamps.mkdir(parents=True, exist_ok=True)
        self._stamp(part).write_text(self.keys[part.name])
        say(f"{part.name}: {self.seconds[part.name]:.1f} s")

    def _say_running(self) -> None:
        now = time.monotonic()
        still = ", ".join(f"{name} ({now - at:.0f} s)" for name, at in sorted(self.started.items()))
        if still:
            say(f"still at work: {still}")

    def _tell(self) -> None:
        if self.tell is None:
            return
        now, started = time.monotonic(), dict(self.started)
        whole = sum(self.parts[name].seconds for name in self.stale)
        over = sum(self.parts[name].seconds for name in self.seconds)
        over += sum(min(now - at, self.parts[name].seconds * 0.9) for name, at in started.items())
        self.tell(Progress(len(self.seconds), len(self.stale), tuple(sorted(started)), over / whole if whole else 1.0))
