"""`make run`: everything of one installation under one runner, until Ctrl-C.

The web server starts first, so that the lesson can be read while the sandbox is made and tried behind it. Every process
dies with the runner. Standard library only; Django runs in the processes that it starts.
"""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import http.client
import json
import os
import shutil
import signal
import socket
import sys
import time
from dataclasses import dataclass, field
from typing import IO

from config import estimate, preflight, services
from config.keeping import Keeper
from config.opening import Opening
from config.ownership import accounts_of, prepare, write_private
from config.processes import CommandFailed, manage, say
from config.services import Place
from sandbox import start
from sandbox.engine import pace
from sandbox.engine.entry import begin
from sandbox.engine.paths import layout
from sandbox.start import Start

READY_SECONDS = 60.0


@dataclass(slots=True)
class Runner:
    place: Place
    host: str
    port: int
    slots: int
    keeper: Keeper = field(init=False)

    def __post_init__(self) -> None:
        self.keeper = Keeper(self.place)

    async def run(self) -> int:
        """Serve the lesson, open the labs behind it, keep everything alive; 0 after Ctrl-C."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, self.keeper.stopping.set)
        stopped = asyncio.create_task(self.keeper.stopping.wait())
        started = asyncio.create_task(self._start())
        await asyncio.wait({stopped, started}, return_when=asyncio.FIRST_COMPLETED)
        code = 0
        if started.done() and (error := started.exception()) is not None:
            say(f"could not start: {error}")
            code = 1
        else:
            await stopped
        started.cancel()
        await asyncio.gather(started, return_exceptions=True)
        await self.keeper.end()
        start.remove(self.place.layout.var)
        shutil.rmtree(self.place.runtime, ignore_errors=True)
        say("ended")
        return code

    async def _start(self) -> None:
        wanted = services.all_services(self.place, self.host, self.port, self.slots)
        start.remove(self.place.layout.var)
        opening = None
        if self.slots:
            opens_at = time.time() + estimate.whole(is_set_up=preflight.is_set_up(self.place.layout))
            start.write(self.place.layout.var, Start(start.SETUP, opens_at=opens_at))
        begun = time.monotonic()
        accounts = accounts_of(self.place)
        await manage(self.place, "migrate", "--verbosity", "0")
        self.keeper.keep(wanted["web"])
        if self.slots:  # after the migrations, which two processes must not make at once
            opening = asyncio.create_task(Opening(self.keeper, wanted).run())
        try:
            await asyncio.gather(
                manage(self.place, "demo", text=json.dumps(accounts)),
                self._until_web_answers(),
            )
            url = f"http://{self.host}:{self.port}"
            write_private(self.place.accounts, {"url": url, "accounts": accounts})
            self._welcome(url, accounts, time.monotonic() - begun)
            if opening:
                await opening
                self._say_open(time.monotonic() - begun)
        except asyncio.CancelledError:
            if opening:
                opening.cancel()
                await asyncio.gather(opening, return_exceptions=True)
            raise

    async def _until_web_answers(self) -> None:
        seconds = READY_SECONDS * pace.factor()
        deadline = time.monotonic() + seconds
        while not await asyncio.to_thread(answers, self.host, self.port):
            if time.monotonic() > deadline:
                raise CommandFailed(f"the web server was not ready in {seconds:.0f} s; see var/log/web.log")
            await asyncio.sleep(0.05)

    def _welcome(self, url: str, accounts: list[dict[str, str]], seconds: float) -> None:
        say(f"the lesson can be read after {seconds:.1f} s")
        print(f"\n  Slipway is at {url}\n", flush=True)
        for account in accounts:
            print(f"  {account['role']:<11} {account['username']:<11} {account['password']}", flush=True)
        print(f"\n  The accounts are also in var/{self.place.accounts.name}. Ctrl-C ends everything.", flush=True)
        if not self.slots:
            print(f"  The labs are closed: {services.no_engine(self.place)}", flush=True)
        else:
            print(
                "  You can read the lesson now. Labs open by themselves; the page shows how far they are.", flush=True
            )
        print(flush=True)

    def _say_open(self, seconds: float) -> None:
        now = start.read(self.place.layout.var)
        if now is not None and now.stage == start.OPEN:
            say(f"ready in {seconds:.1f} s: labs take submissions where every attack was contained")


def answers(host: str, port: int) -> bool:
    """Whether the web server says that it is well. Asked directly: a proxy of the environment is for other machines."""
    connection = http.client.HTTPConnection(host, port, timeout=2)
    try:
        connection.request("GET", "/healthz", headers={"Host": "127.0.0.1"})
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def _slots(place: Place) -> int:
    """0 where no engine can run."""
    if services.no_engine(place):
        return 0
    if own := os.environ.get("SLIPWAY_SLOTS"):
        return int(own)
    number, why = preflight.slots(place.layout)
    if why:
        say(why)
    return number


def _locked(place: Place) -> IO[str] | None:
    """The lock of this folder's only runner, held as long as the file is open."""
    lock = (place.layout.var / "run.lock").open("w")
    with contextlib.suppress(OSError):
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return lock
    return None


def main() -> int:
    """`--trial`: on a free port, with an empty database of its own, for tests and benchmarks."""
    begin()
    place = Place(layout(), trial="--trial" in sys.argv[1:])
    place.layout.var.mkdir(exist_ok=True)
    lock = _locked(place)
    if lock is None:
        say("Slipway runs from this folder already")
        return 1
    prepare(place)
    host = os.environ.get("SLIPWAY_HOST", "127.0.0.1")
    port = _free_port() if place.trial else int(os.environ.get("SLIPWAY_PORT", "8000"))
    with lock:
        return asyncio.run(Runner(place, host, port, _slots(place)).run())


if __name__ == "__main__":
    sys.exit(main())
