"""Ends requests that never arrive: a client that sends half a request must not hold a connection for ever.

Uvicorn limits only the time between two requests. `PatientProtocol` limits the time for a request's head, `Patience`
the time for its body. A stream of events is an answer, so neither limits it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

HEAD_SECONDS = 15.0  # from the first byte, or from the connection, to the end of the head: a few hundred bytes
BODY_SECONDS = 60.0  # for at most DATA_UPLOAD_MAX_MEMORY_SIZE, over a slow phone line as well

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Any, Any, Any], Awaitable[None]]  # as ASGI has it; frameworks type its parts differently


class PatientProtocol(HttpToolsProtocol):
    """Close a connection whose request head is not complete in time."""

    _head: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn declares it
        super().connection_made(transport)
        self._wait_for_head()

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_waiting()
        super().connection_lost(exc)

    def on_message_begin(self) -> None:
        self._wait_for_head()
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        self._stop_waiting()
        super().on_headers_complete()

    def _wait_for_head(self) -> None:
        self._stop_waiting()
        self._head = self.loop.call_later(HEAD_SECONDS, self.transport.close)

    def _stop_waiting(self) -> None:
        if self._head is not None:
            self._head.cancel()
            self._head = None


class Patience:
    """Answer 408 when a request's body is not complete in time."""

    def __init__(self, app: App, seconds: float | None = None) -> None:
        self.app = app
        self.seconds = BODY_SECONDS if seconds is None else seconds

    async def __call__(self, scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        deadline = asyncio.get_running_loop().time() + self.seconds
        complete = answered = late = False

        async def patient_receive() -> Message:
            nonlocal complete, late
            if complete:
                return await receive()
            try:
                async with asyncio.timeout_at(deadline):
                    message = await receive()
            except TimeoutError:
                late = True
                return {"type": "http.disconnect"}
            complete = message["type"] != "http.request" or not message.get("more_body", False)
            return message

        async def noting_send(message: Message) -> None:
            nonlocal answered
            answered = True
            await send(message)

        await self.app(scope, patient_receive, noting_send)
        if late and not answered:
            await _say_late(send)


async def _say_late(send: Send) -> None:
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"connection", b"close")]
    await send({"type": "http.response.start", "status": 408, "headers": headers})
    text = "Your request did not arrive in time, and nothing was saved. Check your connection and send it again.\n"
    await send({"type": "http.response.body", "body": text.encode()})
