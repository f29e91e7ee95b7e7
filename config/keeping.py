"""Keeps services alive: one that ends is started again until the runner stops."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field

from config.processes import finish, say, spawn
from config.services import Place, Service

RESTART_SECONDS = 1.0  # between the death of a service and its next start
FIRST = {"worker"}  # ends before the others, so that it gives back what it holds


@dataclass(slots=True)
class Keeper:
    place: Place
    stopping: asyncio.Event = field(default_factory=asyncio.Event)
    running: dict[str, asyncio.subprocess.Process] = field(default_factory=dict)
    tasks: list[asyncio.Task[None]] = field(default_factory=list)

    def keep(self, service: Service) -> None:
        self.tasks.append(asyncio.create_task(self._alive(service)))

    async def _alive(self, service: Service) -> None:
        while not self.stopping.is_set():
            begun = time.monotonic()
            process = await spawn(service, self.place)
            self.running[service.name] = process
            code = await process.wait()
            if not self.stopping.is_set():
                say(f"{service.name} ended with {code}; starting it again (log: var/log/{service.name}.log)")
                await asyncio.sleep(max(RESTART_SECONDS, RESTART_SECONDS * 3 - (time.monotonic() - begun)))

    async def end(self) -> None:
        """Worker first; the rest at once."""
        self.stopping.set()
        for names in (FIRST, set(self.running) - FIRST):
            await asyncio.gather(*(finish(self.running[name]) for name in names if name in self.running))
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)
