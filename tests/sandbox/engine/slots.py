"""Stand-ins for slots and their engines, and clients of a supervisor's real socket."""

from __future__ import annotations

import asyncio
import json
import tempfile
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, cast

from sandbox.engine.api import EngineError
from sandbox.engine.connections import LINE_BYTES
from sandbox.engine.paths import Layout
from sandbox.engine.slot import Slot as RealSlot
from sandbox.engine.supervisor import Place, Supervisor

GOLDEN = {"sha256:base"}


class Engine:
    """Answers the questions of cleaning; `left` is what it cannot get rid of."""

    def __init__(self) -> None:
        self.images = set(GOLDEN)
        self.left: list[dict[str, Any]] = []

    def image_ids(self) -> set[str]:
        return self.images

    def call(self, method: str, path: str, body: Any = None, *, accept: tuple[int, ...] = ()) -> Any:
        if path.startswith("/containers/json"):
            return self.left
        if path.startswith("/images/json"):
            return [{"Id": identity} for identity in self.images]
        if path == "/networks":
            return [{"Name": "bridge"}]
        return {}


class Group:
    def kill(self) -> bool:
        return True

    def processes(self) -> list[int]:
        return []


class Slot:
    """A slot's life as a list of words."""

    def __init__(self, layout: Layout, name: str) -> None:
        self.name, self.directory = name, layout.slots / name
        self.socket = layout.runtime / name
        self.preparing: Callable[[], None] = lambda: None
        self.engine, self.life = Engine(), list[str]()
        self.failing = 0  # boots that fail
        self.has_spare = False
        self.weak = ""  # what does not confine it
        self.fresh = 0
        self.free = [3_000]  # bytes of its disk, look by look; the last one stays

    def __getattr__(self, name: str) -> Any:
        if name in {"kill", "watch", "note_use", "step_back", "boot_log"}:
            return lambda: self.life.append(name)
        raise AttributeError(name)

    def renew(self, golden: Path) -> None:
        self.life.append("spare" if self.has_spare else "fill")
        self.has_spare = False

    def prepare_spare(self, golden: Path) -> None:
        self.preparing()
        self.has_spare = True

    def boot(self) -> None:
        self.life.append("boot")
        if self.failing:
            self.failing -= 1
            raise EngineError("it does not start")

    def is_ready(self) -> bool:
        return True

    def weakness(self) -> str:
        return self.weak

    def room(self) -> tuple[int, int]:
        return (self.free.pop(0) if len(self.free) > 1 else self.free[0], 1)

    def child_group(self, name: str) -> Group:
        return Group()


def free(slot: Slot) -> Place:
    return Place(cast("RealSlot", slot), "free")


class Client:
    """One connection to the supervisor."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer

    async def ask(self, verb: str, **fields: Any) -> dict[str, Any]:
        await self.send(json.dumps({"verb": verb, **fields}).encode() + b"\n")
        answer: dict[str, Any] = json.loads(await asyncio.wait_for(self.reader.readline(), 5))
        return answer

    async def send(self, line: bytes) -> None:
        self.writer.write(line)
        await self.writer.drain()

    async def close(self) -> None:
        self.writer.close()
        await self.writer.wait_closed()


class Door:
    def __init__(self, path: str) -> None:
        self.path = path
        self.clients: list[Client] = []

    async def connect(self) -> Client:
        client = Client(*await asyncio.open_unix_connection(self.path))
        self.clients.append(client)
        return client


@asynccontextmanager
async def serving(made: Supervisor) -> AsyncIterator[Door]:
    with tempfile.TemporaryDirectory(prefix="sup-") as folder:
        path = f"{folder}/control.sock"
        server = await asyncio.start_unix_server(made.door().serve, path, limit=LINE_BYTES)
        door = Door(path)
        try:
            yield door
        finally:
            for client in door.clients:
                client.writer.close()
            server.close()
            await asyncio.sleep(0.05)
            for task in list(made.tasks):
                task.cancel()
