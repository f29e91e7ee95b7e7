from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
import uvicorn
from django.core.asgi import get_asgi_application

from config import patience
from config.patience import App, Patience, PatientProtocol

pytestmark = pytest.mark.asyncio
EVER = 60.0  # a bound of the test alone: what is tried ends after a fraction of a second
HEAD = b"POST /accounts/login/ HTTP/1.1\r\nHost: localhost\r\n"


@asynccontextmanager
async def served(app: App) -> AsyncIterator[int]:
    config = uvicorn.Config(app, port=0, http=PatientProtocol, log_level="critical", lifespan="off")
    server = uvicorn.Server(config)
    listener = config.bind_socket()
    task = asyncio.create_task(server.serve(sockets=[listener]))
    while not server.started:
        await asyncio.sleep(0.01)
    try:
        yield listener.getsockname()[1]
    finally:
        server.should_exit = True
        await task


async def answer(port: int, sent: bytes) -> bytes:
    """All that comes back until the server closes."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(sent)
    try:
        return await asyncio.wait_for(reader.read(), EVER)
    finally:
        writer.close()


@pytest.mark.parametrize("sent", [b"", b"GET / HTTP/1.1\r\nHost: loc", HEAD + b"Content-Le"])
async def test_a_head_that_never_ends_is_closed(monkeypatch: pytest.MonkeyPatch, sent: bytes) -> None:
    monkeypatch.setattr(patience, "HEAD_SECONDS", 0.2)
    async with served(Patience(get_asgi_application())) as port:
        assert await answer(port, sent) == b""


async def test_the_second_head_of_a_connection_is_waited_for_no_longer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patience, "HEAD_SECONDS", 0.2)
    async with served(_hello) as port:
        got = await answer(port, b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\nGET / HTTP/1.1\r\nHo")
    assert got.count(b"hello") == 1


async def test_a_body_that_never_ends_is_answered_with_408_and_closed() -> None:
    async with served(Patience(get_asgi_application(), seconds=0.2)) as port:
        got = await answer(port, HEAD + b"Content-Length: 100\r\n\r\nhalf")
    assert got.startswith(b"HTTP/1.1 408 ")
    assert b"send it again" in got


async def test_an_answer_may_take_longer_than_a_body() -> None:
    async with served(Patience(_slow_hello, seconds=0.05)) as port:
        got = await answer(port, b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
    assert got.endswith(b"hello")


async def _hello(scope: object, receive: object, send: patience.Send) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"5")]})
    await send({"type": "http.response.body", "body": b"hello"})


async def _slow_hello(scope: object, receive: patience.Receive, send: patience.Send) -> None:
    await receive()
    await asyncio.wait([asyncio.ensure_future(receive())], timeout=0.2)  # as a stream that looks out for a disconnect
    await _hello(scope, receive, send)
