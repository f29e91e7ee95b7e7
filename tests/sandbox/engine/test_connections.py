"""The control socket against a worker gone bad: it gets an error or is cut off, and everybody else is served."""

from __future__ import annotations

import asyncio
import json
import socket
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.engine import connections
from sandbox.engine.connections import LINE_BYTES
from sandbox.engine.paths import Layout
from sandbox.engine.supervisor import Supervisor
from tests.fuzz.values import DEEP, JSON, SCALARS, Long
from tests.sandbox.engine.slots import GOLDEN, Client, Door, Slot, free, serving

VERB = st.sampled_from(["lease", "status", "release", "bound", "access", "files", "kill", "nonsense", "__init__"])
QUESTION = st.fixed_dictionaries({"verb": VERB | JSON}, optional={"wait": SCALARS, "tainted": JSON, "groups": JSON})
LINE = st.one_of(
    st.binary(max_size=200).map(lambda data: data.replace(b"\n", b"")),
    QUESTION.map(lambda question: Long(json.dumps(question).encode())),
    JSON.map(lambda value: Long(json.dumps(value).encode())),
    DEEP | st.just(Long(b'"' * 70_000)),
    st.sampled_from([b'{"verb": "lease", "wait": 1e999}', b'{"verb": NaN}', b"\xff\xfe", Long(b"9" * 6000)]),
)
CONVERSATION = st.lists(LINE, max_size=6)


@asynccontextmanager
async def supervised(slots: int = 1) -> AsyncIterator[tuple[Supervisor, Door]]:
    """A supervisor of stand-ins behind a real socket. What escapes into the event loop fails the test."""
    escaped: list[dict[str, Any]] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: escaped.append(context))
    with tempfile.TemporaryDirectory(prefix="sup-") as folder:
        layout = Layout(Path(folder) / "var")
        layout.golden.parent.mkdir(parents=True)
        layout.golden.write_bytes(b"golden")
        made = Supervisor(layout, slots, 0, 0, golden=set(GOLDEN), fingerprint="f")
        made.places = [free(Slot(layout, f"slot{n}")) for n in range(slots)]
        async with serving(made) as door:
            yield made, door
        while made.tasks:  # slots are given back until the last connection has ended
            await asyncio.gather(*made.tasks, return_exceptions=True)
    assert escaped == []


async def eventually(condition: Any) -> None:
    async with asyncio.timeout(5):
        while not condition():
            await asyncio.sleep(0.005)


async def said(client: Client) -> list[dict[str, Any]]:
    """Every answer until the other side has nothing more to say."""
    answers = []
    with suppress(TimeoutError, ConnectionError):
        while line := await asyncio.wait_for(client.reader.readline(), 0.05):
            answers.append(json.loads(line))
    return answers


@pytest.mark.fuzz
@given(CONVERSATION, st.booleans(), st.integers(1, 9))
def test_whatever_one_worker_sends_the_next_one_is_served(lines: list[bytes], half: bool, pieces: int) -> None:
    async def talk() -> None:
        async with supervised() as (made, door):
            bad, good = await door.connect(), await door.connect()
            whole = b"".join(line + b"\n" for line in lines) + (b'{"verb": "le' if half else b"")
            size = len(whole) // pieces + 1
            for at in range(0, len(whole), size):
                with suppress(ConnectionError):  # it was cut off already
                    await bad.send(whole[at : at + size])
            assert (await good.ask("status"))["ok"] is True
            assert all(answer["ok"] or len(answer["error"]) <= 300 for answer in await said(bad))
            with suppress(ConnectionError):
                await bad.close()
            assert (await good.ask("lease", wait=5))["slot"] == "slot0"
            assert len(made.waiting) == 0

    asyncio.run(talk())


@pytest.mark.parametrize(
    "line",
    [
        b"[" * 60_000,
        b'{"verb": "lease", "wait": NaN}',
        b'{"verb": "lease", "wait": 1e999}',
        b'{"verb": "lease", "wait": -1}',
        b'{"verb": "lease", "wait": [1]}',
        b'{"verb": ["lease"]}',
        b'{"verb": {"lease": 1}}',
        b"1" + b"0" * 5000,
        b"\xff\xfe\x00",
    ],
    ids=range(9),
)
@pytest.mark.asyncio
async def test_what_no_worker_of_ours_sends_is_refused_and_the_connection_lives_on(line: bytes) -> None:
    async with supervised() as (_, door):
        client = await door.connect()
        await client.send(line + b"\n")
        assert json.loads(await client.reader.readline())["ok"] is False
        assert (await client.ask("lease", wait=1))["slot"] == "slot0"


@pytest.mark.asyncio
async def test_a_lease_holders_numbers_without_end_are_refused() -> None:
    async with supervised() as (_, door):
        client = await door.connect()
        await client.ask("lease")
        await client.send(b'{"verb": "bound", "group": "build", "memory_mb": 1e999, "pids": 1, "cpus": 1}\n')
        assert "not understood" in json.loads(await client.reader.readline())["error"]


@pytest.mark.asyncio
async def test_an_answer_never_quotes_more_than_a_line_of_the_question() -> None:
    async with supervised() as (_, door):
        client = await door.connect()
        await client.ask("lease")
        assert len((await client.ask("x" * 60_000))["error"]) <= 300


@pytest.mark.asyncio
async def test_waiting_again_and_again_leaves_nothing_behind() -> None:
    async with supervised() as (made, door):
        holder, client = await door.connect(), await door.connect()
        await holder.ask("lease")
        for _ in range(50):
            assert await client.ask("lease", wait=0) == {"ok": True, "slot": None}
        assert len(made.waiting) == 0


@pytest.mark.asyncio
async def test_who_leaves_while_waiting_leaves_the_queue(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "GONE_SECONDS", 0.02)
    async with supervised() as (made, door):
        holder, gone = await door.connect(), await door.connect()
        await holder.ask("lease")
        await gone.send(b'{"verb": "lease"}\n')
        await eventually(lambda: len(made.waiting) == 1)
        await gone.close()
        await eventually(lambda: len(made.waiting) == 0)


@pytest.mark.parametrize("begin", [b"", b'{"verb": "sta'])
@pytest.mark.asyncio
async def test_who_sends_no_whole_line_is_cut_off(monkeypatch: pytest.MonkeyPatch, begin: bytes) -> None:
    monkeypatch.setattr(connections, "IDLE_SECONDS", 0.05)
    async with supervised() as (_, door):
        client = await door.connect()
        await client.send(begin)
        assert await asyncio.wait_for(client.reader.read(), 5) == b""


@pytest.mark.asyncio
async def test_who_holds_a_lease_may_be_silent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "IDLE_SECONDS", 0.05)
    async with supervised() as (_, door):
        client = await door.connect()
        await client.ask("lease")
        await asyncio.sleep(0.2)
        assert (await client.ask("status"))["ok"] is True


@pytest.mark.asyncio
async def test_who_takes_no_answers_is_cut_off_before_they_pile_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "IDLE_SECONDS", 0.2)
    async with supervised() as (_, door):
        deaf = socket.socket(socket.AF_UNIX)
        deaf.setblocking(False)
        loop = asyncio.get_running_loop()
        await loop.sock_connect(deaf, door.path)
        with pytest.raises((BrokenPipeError, ConnectionResetError)):
            await asyncio.wait_for(loop.sock_sendall(deaf, b'{"verb": "status"}\n' * 1_000_000), 20)
        deaf.close()
        assert (await (await door.connect()).ask("status"))["ok"] is True


@pytest.mark.asyncio
async def test_a_flood_of_connections_from_one_process_leaves_room_for_another() -> None:
    async with supervised() as (_, door):
        flood = [await door.connect() for _ in range(2 * connections.MOST_EACH)]
        answers = [answer for client in flood[connections.MOST_EACH :] for answer in await said(client)]
        assert answers == [{"ok": False, "error": "too many connections"}] * connections.MOST_EACH
        code = "import sys; from pathlib import Path; from sandbox import door; print(door.status(Path(sys.argv[1])))"
        command = [sys.executable, "-c", code, door.path]
        done = await asyncio.to_thread(subprocess.run, command, capture_output=True, text=True, check=True)
        assert "slot0" in done.stdout
        for client in flood:
            client.writer.close()
        await asyncio.sleep(0.05)
        assert (await (await door.connect()).ask("lease", wait=1))["slot"] == "slot0"


@pytest.mark.asyncio
async def test_all_processes_together_have_a_bound_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "MOST", 3)
    async with supervised() as (_, door):
        clients = [await door.connect() for _ in range(4)]
        await asyncio.sleep(0.02)
        assert await said(clients[3]) == [{"ok": False, "error": "too many connections"}]


def test_a_line_may_be_as_long_as_any_of_ours_and_a_good_deal_longer() -> None:
    assert LINE_BYTES >= 32 * 1024
