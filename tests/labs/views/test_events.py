"""The live events of a submission, read as a browser would."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, cast

import pytest
from asgiref.sync import sync_to_async
from django.test import AsyncClient

from labs.events import publish
from labs.models import Submission
from labs.specs import Lab
from people.models import User
from tests import factories

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.asyncio]
STEP = {
    "type": "step",
    "index": 2,
    "of": 4,
    "name": "RUN make",
    "line": 3,
    "state": "running",
    "cached": False,
}


@sync_to_async
def waiting(lab: Lab) -> Submission:
    return factories.submission(factories.user(), lab)


@sync_to_async
def claimed() -> None:
    Submission.objects.claim("worker")


@sync_to_async
def graded(lab: Lab) -> Submission:
    return factories.graded(factories.user(), lab)


@sync_to_async
def another(name: str) -> User:
    return factories.user(name)


async def connect(row: Submission, reader: User | None = None, **headers: str) -> Any:
    client = AsyncClient()
    await client.aforce_login(reader or await User.objects.aget(pk=row.learner_id))
    return await client.get(f"/submissions/{row.pk}/events", headers=headers)


@asynccontextmanager
async def listening(answer: Any) -> AsyncIterator[AsyncIterator[bytes]]:
    """The messages of an answer. Leaving ends the stream, as a server does when the browser has gone."""
    try:
        yield cast("AsyncIterator[bytes]", aiter(answer.streaming_content))
    finally:
        await answer._iterator.aclose()  # Django's wrapper leaves that to the garbage collector


async def until(messages: AsyncIterator[bytes], text: str) -> str:
    """The first message that holds `text`."""
    async with asyncio.timeout(8):
        async for message in messages:
            if text in message.decode():
                return message.decode()
    raise AssertionError(text)


async def test_the_place_in_the_queue_comes_first_and_then_what_happens(lab: Lab, live_redis: str) -> None:
    row = await waiting(lab)
    answer = await connect(row)
    assert answer["Content-Type"] == "text/event-stream"
    async with listening(answer) as messages:
        assert "Queued: 1st" in await until(messages, "event: live")
        await claimed()
        publish(row.pk, 1, {"type": "claimed"})
        assert "Starting a clean sandbox" in await until(messages, "event: live")
        publish(row.pk, 1, {"type": "phase", "phase": "build"}, STEP)
        message = await until(messages, "event: live")
        assert "Building step 2 of 4" in message
        assert message.startswith("id: ")


async def test_an_event_reaches_the_page_without_waiting_for_a_look_at_the_row(
    lab: Lab, live_redis: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("labs.views.events.LOOK_SECONDS", 600.0)
    row = await waiting(lab)
    await claimed()
    async with listening(await connect(row)) as messages:
        await until(messages, "event: live")
        await asyncio.sleep(0.3)
        publish(row.pk, 1, {"type": "phase", "phase": "measure"})
        await until(messages, "Measuring")


async def test_many_events_become_few_messages(lab: Lab, live_redis: str) -> None:
    row = await waiting(lab)
    await claimed()
    async with listening(await connect(row)) as messages:
        await until(messages, "event: live")

        async def flood() -> None:
            for n in range(100):
                await asyncio.to_thread(publish, row.pk, 1, {"type": "log", "text": f"line {n}\n"})
                await asyncio.sleep(0.01)

        sending, count = asyncio.create_task(flood()), 0
        async with asyncio.timeout(8):
            async for message in messages:
                count += b"event: live" in message
                if b"line 99" in message:
                    break
        await sending
    assert count <= 25  # a second of five a second; a busy machine takes longer for it


async def test_a_final_row_ends_the_stream(lab: Lab, live_redis: str) -> None:
    async with listening(await connect(await graded(lab))) as stream:
        messages = [message async for message in stream]
    assert messages[-1] == b"event: end\ndata: end\n\n"


async def test_the_end_is_told_when_the_rows_are_final(
    lab: Lab, live_redis: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("labs.views.events.LOOK_SECONDS", 600.0)
    row = await waiting(lab)
    async with listening(await connect(row)) as messages:
        await until(messages, "event: live")
        await Submission.objects.filter(pk=row.pk).aupdate(state="graded")
        publish(row.pk, 1, {"type": "end"})
        await until(messages, "event: end")


async def test_a_page_that_comes_back_gets_only_what_it_missed(lab: Lab, live_redis: str) -> None:
    row = await waiting(lab)
    await claimed()
    publish(row.pk, 1, {"type": "claimed"}, {"type": "phase", "phase": "build"})
    async with listening(await connect(row)) as messages:
        first = await until(messages, "event: live")
    seen = first.splitlines()[0].removeprefix("id: ")
    async with listening(await connect(row, last_event_id=seen)) as messages:
        asyncio.get_running_loop().call_later(0.5, publish, row.pk, 1, {"type": "phase", "phase": "measure"})
        assert "Measuring" in await until(messages, "event: live")


async def test_a_replaced_worker_is_not_heard(lab: Lab, live_redis: str) -> None:
    row = await waiting(lab)
    await claimed()
    publish(row.pk, 2, {"type": "claimed"})
    publish(row.pk, 1, {"type": "log", "text": "from the dead"})
    publish(row.pk, 2, {"type": "log", "text": "from the living"})
    async with listening(await connect(row)) as messages:
        message = await until(messages, "event: live")
    assert "from the living" in message
    assert "from the dead" not in message


async def test_without_redis_the_rows_tell_the_same(lab: Lab) -> None:
    row = await waiting(lab)
    async with listening(await connect(row)) as messages:
        assert "Queued: 1st" in await until(messages, "event: live")
        progress = {"fence": 1, "phase": "measure"}
        await Submission.objects.filter(pk=row.pk).aupdate(state="running", progress=progress)
        assert "Measuring" in await until(messages, "event: live")
        await Submission.objects.filter(pk=row.pk).aupdate(state="graded")
        await until(messages, "event: end")


async def test_a_stranger_hears_nothing(lab: Lab) -> None:
    row = await waiting(lab)
    assert (await connect(row, await another("mallory"))).status_code == 404
    assert (await AsyncClient().get(f"/submissions/{row.pk}/events")).status_code == 302
