"""The supervisor: boots the slots, leases them over one control socket, cleans or recycles them afterwards.

Root, standard library only, one event loop. A lease lives exactly as long as its connection: a worker that dies gives
its slot back. What blocks (engine calls, file walks) runs in threads; slots are started from the loop's own thread,
because the kernel ties a child's life to the thread that made it.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import shutil
import signal
import sys
import time
from collections import deque
from dataclasses import dataclass, field
from typing import Any

from sandbox.engine import baseline, cleaning, installation, pace
from sandbox.engine.api import EngineError
from sandbox.engine.asking import BadRequest
from sandbox.engine.connections import LINE_BYTES, Connections
from sandbox.engine.fingerprint import fingerprint
from sandbox.engine.home import opened
from sandbox.engine.paths import Layout
from sandbox.engine.requests import NOT_UNDERSTOOD, VERBS
from sandbox.engine.slot import BOOT_SECONDS, Slot

MAX_LEASES = 20  # submissions before a slot is recycled anyway
BOOT_TRIES = 3
LONGEST_WAIT = 24 * 3600.0  # seconds that a lease may be waited for
ERROR_CHARACTERS = 300  # of what is said back; an answer may quote the question
LOOK_SECONDS = 0.05  # between looks at a leased slot, at a usual pace: its disk stays full at least that long


@dataclass(slots=True)
class Place:
    """A slot and where it stands in its life: booting, free, leased, cleaning, broken."""

    slot: Slot
    state: str = "booting"
    leases: int = 0  # since it was made anew
    given: int = 0  # leases in all
    detail: str = ""
    copying: bool = False  # its next data root is being prepared


@dataclass(slots=True)
class Supervisor:
    layout: Layout
    count: int
    uid: int
    gid: int
    places: list[Place] = field(default_factory=list)
    waiting: deque[asyncio.Future[Place]] = field(default_factory=deque)
    golden: set[str] = field(default_factory=set)
    fingerprint: str = ""
    pace: float = 1.0
    recycled_ms: float | None = None
    stopping: asyncio.Event = field(default_factory=asyncio.Event)
    tasks: set[asyncio.Task[None]] = field(default_factory=set)

    async def run(self) -> None:
        """Serve until SIGTERM or SIGINT, then end every slot."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self.stopping.set)
        lock = installation.lock(self.layout)
        installation.sweep(self.layout)
        with opened(self.layout.name):
            await self._serve()
        shutil.rmtree(self.layout.runtime, ignore_errors=True)
        lock.close()

    async def _serve(self) -> None:
        stock = json.loads(self.layout.stock.read_text())
        self.golden = {image["id"] for image in stock["images"].values()}
        self.fingerprint = fingerprint(self.layout)
        self.pace = pace.factor()
        self.places = [Place(Slot(self.layout, f"slot{n}", self.gid)) for n in range(self.count)]
        for place in self.places:
            place.slot.forget()
        server = await asyncio.start_unix_server(self.door().serve, self.layout.control, limit=LINE_BYTES)
        os.chown(self.layout.control, self.uid, self.gid)
        self.layout.control.chmod(0o660)
        for place in self.places:
            self._spawn(self._renew(place))
        self._spawn(self._watch_leases())
        await self.stopping.wait()
        server.close()
        for task in list(self.tasks):
            task.cancel()
        for place in self.places:
            with contextlib.suppress(EngineError, OSError):
                place.slot.kill()

    async def _watch_leases(self) -> None:
        while True:
            await asyncio.sleep(LOOK_SECONDS * self.pace)
            for place in self.places:
                if place.state == "leased":
                    place.slot.note_use()
                    place.slot.step_back()

    def _spawn(self, work: Any) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    # A place's life

    async def _renew(self, place: Place) -> None:
        """Destroy, fill from the golden data root (or the prepared spare), boot."""
        for attempt in range(1, BOOT_TRIES + 1):
            begun = time.monotonic()
            again = place.leases > 0 or place.detail != ""
            try:
                await self._boot(place)
            except (EngineError, OSError) as error:
                place.detail = str(error)
                say(f"{place.slot.name}: try {attempt}: {error}")
                continue
            if again:
                self.recycled_ms = (time.monotonic() - begun) * 1000
            place.leases, place.detail = 0, ""
            self._offer(place)
            await self._prepare_spare(place)
            return
        place.state = "broken"

    async def _boot(self, place: Place) -> None:
        place.state = "booting"
        slot = place.slot
        await asyncio.to_thread(slot.kill)
        await asyncio.to_thread(slot.renew, self.layout.golden)
        slot.boot()
        seconds = BOOT_SECONDS * self.pace
        deadline = time.monotonic() + seconds
        while not await asyncio.to_thread(slot.is_ready):
            if time.monotonic() > deadline:
                raise EngineError(f"not ready in {seconds:.0f} s: {slot.boot_log()}")
            await asyncio.sleep(0.02)
        missing = self.golden - await asyncio.to_thread(slot.engine.image_ids)
        if missing:
            raise EngineError(f"{len(missing)} catalogue images are missing")
        weakness = await asyncio.to_thread(slot.weakness)
        if weakness:
            raise EngineError(weakness)
        slot.fresh = slot.room()[0]

    async def _prepare_spare(self, place: Place) -> None:
        """One copy at a time: a slot that is soon recycled again would have two that write the same file."""
        if place.copying:
            return
        place.copying = True
        with contextlib.suppress(OSError):  # the next boot then copies for itself
            await asyncio.to_thread(place.slot.prepare_spare, self.layout.golden)
        place.copying = False

    def _offer(self, place: Place) -> None:
        """Give a free place to whoever waits longest."""
        place.state = "free"
        while self.waiting:
            future = self.waiting.popleft()
            if not future.done():
                place.state = "leased"
                future.set_result(place)
                return

    async def _give_back(self, place: Place, *, tainted: bool) -> None:
        place.state = "cleaning"
        place.leases += 1
        if not tainted and place.leases < MAX_LEASES:
            try:
                await asyncio.to_thread(cleaning.clean, place.slot, self.golden)
                self._offer(place)
                return
            except (EngineError, OSError) as error:
                say(f"{place.slot.name}: recycled: {error}")
        await self._renew(place)

    # The control socket

    def door(self) -> Connections:
        return Connections(lambda: Lease(self))

    async def lease(self, wait: float | None) -> Place:
        """A free place; TimeoutError after `wait` seconds."""
        for place in self.places:
            if place.state == "free":
                place.state = "leased"
                return place
        future: asyncio.Future[Place] = asyncio.get_running_loop().create_future()
        self.waiting.append(future)
        try:
            return await asyncio.wait_for(future, wait)
        except asyncio.CancelledError:
            if future.done() and not future.cancelled():
                self._offer(future.result())
            raise
        finally:
            with contextlib.suppress(ValueError):  # a place was given to it
                self.waiting.remove(future)

    def status(self) -> dict[str, Any]:
        slots = [{"name": p.slot.name, "state": p.state, "detail": p.detail, "given": p.given} for p in self.places]
        return {"slots": slots, "fingerprint": self.fingerprint, "pace": self.pace, "recycled_ms": self.recycled_ms}


@dataclass(slots=True)
class Lease:
    """What one connection may do. `tainted` once anything says that the slot needs more than cleaning."""

    supervisor: Supervisor
    place: Place | None = None
    tainted: bool = True  # a connection that breaks off has not said that all went well

    @property
    def holds(self) -> bool:
        return self.place is not None

    async def answer(self, line: bytes) -> dict[str, Any]:
        try:
            ask = json.loads(line)
            verb = ask["verb"]
            return {"ok": True, **await self._do(verb, ask)}
        except (EngineError, OSError) as error:
            return {"ok": False, "error": str(error)[:ERROR_CHARACTERS]}
        except NOT_UNDERSTOOD as error:
            return {"ok": False, "error": f"not understood: {error}"[:ERROR_CHARACTERS]}

    async def _do(self, verb: str, ask: dict[str, Any]) -> dict[str, Any]:
        if verb == "status":
            return self.supervisor.status()
        if verb == "baseline":
            slots = [place.slot for place in self.supervisor.places]
            return {"slots": await asyncio.to_thread(baseline.take, self.supervisor.layout, slots)}
        if verb == "lease":
            return await self._take(ask.get("wait"))
        if self.place is None:
            raise BadRequest("there is no lease on this connection")
        if verb == "release":
            self.tainted = bool(ask.get("tainted", True))
            self.end()
            return {}
        if verb not in VERBS:
            raise BadRequest(f"no verb is called {verb!r}")
        return await asyncio.to_thread(VERBS[verb], self.place.slot, ask)

    async def _take(self, wait: float | None) -> dict[str, Any]:
        if self.place is not None:
            raise BadRequest("one lease a connection")
        wait = None if wait is None else float(wait)
        if wait is not None and not 0 <= wait <= LONGEST_WAIT:  # not a number: the event loop's timers would stop
            raise BadRequest("a lease is waited for between no time and a day")
        try:
            self.place = await self.supervisor.lease(wait)
        except TimeoutError:
            return {"slot": None}
        self.tainted = True
        self.place.given += 1
        slot = self.place.slot
        await asyncio.to_thread(slot.watch)
        return {
            "slot": slot.name,
            "docker": str(slot.socket),
            "stock": str(self.supervisor.layout.stock),
            "tree": str(self.supervisor.layout.tree),
            "fingerprint": self.supervisor.fingerprint,
            "pace": self.supervisor.pace,
        }

    def end(self) -> None:
        if self.place is not None:
            place, self.place = self.place, None
            self.supervisor._spawn(self.supervisor._give_back(place, tainted=self.tainted))


def say(text: str) -> None:
    print(f"sandbox  {text}", file=sys.stderr, flush=True)
