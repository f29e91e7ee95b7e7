"""The control socket's connections: a line in, a line out, within bounds that no worker of ours ever meets.

Whoever is at the other end may have gone bad: send no end of line, read no answer, open connections without end, or
leave at any moment. Each costs its own connection, and what it held is given back.
"""

from __future__ import annotations

import asyncio
import json
import socket
import struct
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Protocol

LINE_BYTES = 64 * 1024  # one request; ours are below 2 KB
MOST = 128  # connections at once: a worker has one for each slot it leases, a page's question lasts milliseconds
MOST_EACH = 32  # of one process, where the kernel tells which: the others keep room
IDLE_SECONDS = 10.0  # to send a whole line, and to take an answer; who holds a lease may be silent while it works
GONE_SECONDS = 0.5  # between looks whether somebody who waits for a slot is still there
_REFUSED = b'{"ok": false, "error": "too many connections"}\n'


class Holder(Protocol):
    """What one connection may hold, see `supervisor.Lease`."""

    tainted: bool

    @property
    def holds(self) -> bool: ...

    async def answer(self, line: bytes) -> dict[str, Any]: ...

    def end(self) -> None: ...


@dataclass(slots=True)
class Connections:
    """Serves every connection with a holder of its own, made by `holder`."""

    holder: Callable[[], Holder]
    open: Counter[int] = field(default_factory=Counter)  # by process, as this namespace numbers it; 0: not told

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection: requests one after another; what it holds ends with it."""
        peer = _process(writer)
        if self.open.total() >= MOST or (peer and self.open[peer] >= MOST_EACH):
            writer.write(_REFUSED)
            writer.close()
            return
        self.open[peer] += 1
        holder = self.holder()
        try:
            await _talk(holder, reader, writer)
        except (ValueError, ConnectionError, TimeoutError):
            writer.transport.abort()  # a line without end, an answer nobody takes, or a worker that went away
        finally:
            self.open -= Counter({peer: 1})  # forgets who has none left
            holder.end()
            writer.close()


async def _talk(holder: Holder, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.transport.set_write_buffer_limits(high=0)  # an answer has left before the next line is read
    while True:
        async with asyncio.timeout(None if holder.holds else IDLE_SECONDS):
            line = await reader.readline()
        answer = await _answered(holder, line, reader) if line else None
        if answer is None:
            return
        if answer.get("slot") and reader.at_eof():
            holder.tainted = False  # its holder left while it waited, and has done nothing with it
        writer.write(json.dumps(answer).encode() + b"\n")
        async with asyncio.timeout(None if holder.holds else IDLE_SECONDS):
            await writer.drain()


async def _answered(holder: Holder, line: bytes, reader: asyncio.StreamReader) -> dict[str, Any] | None:
    """The answer; None when whoever waits for a slot has left."""
    work = asyncio.ensure_future(holder.answer(line))
    try:
        while not (await asyncio.wait({work}, timeout=GONE_SECONDS))[0]:
            if reader.at_eof() and not holder.holds:
                work.cancel()
        return None if work.cancelled() else work.result()
    finally:
        work.cancel()  # this connection was ended itself; nothing happens to work that is done


def _process(writer: asyncio.StreamWriter) -> int:
    """The process that connected; 0 where it lives in another namespace."""
    connected = writer.get_extra_info("socket")
    pid, _, _ = struct.unpack("3i", connected.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i")))
    return int(pid)
