"""Leases, queue and a place's life; slots are stand-ins, the socket is real."""

from __future__ import annotations

import asyncio
import json
import threading
from pathlib import Path
from typing import Any

import pytest

from sandbox.engine import cleaning
from sandbox.engine import supervisor as module
from sandbox.engine.connections import LINE_BYTES
from sandbox.engine.paths import Layout
from sandbox.engine.supervisor import Supervisor
from tests.sandbox.engine.slots import GOLDEN, Client, Slot, free, serving

pytestmark = pytest.mark.asyncio


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    made = Layout(tmp_path / "var")
    made.golden.parent.mkdir(parents=True)
    made.golden.write_bytes(b"golden")
    return made


def supervisor(layout: Layout, slots: int = 1) -> tuple[Supervisor, list[Slot]]:
    made = Supervisor(layout, slots, 0, 0, golden=set(GOLDEN), fingerprint="f")
    stand_ins = [Slot(layout, f"slot{n}") for n in range(slots)]
    made.places = [free(slot) for slot in stand_ins]
    return made, stand_ins


async def until(made: Supervisor, *states: str) -> None:
    async with asyncio.timeout(5):
        while [place.state for place in made.places] != list(states):
            await asyncio.sleep(0.005)


async def test_a_free_slot_is_leased_and_watched(layout: Layout) -> None:
    made, (slot,) = supervisor(layout)
    async with serving(made) as door:
        answer = await (await door.connect()).ask("lease", wait=1)
        assert (answer["ok"], answer["slot"], answer["fingerprint"]) == (True, "slot0", "f")
        assert answer["docker"] == str(slot.socket)
        assert slot.life == ["watch"]
        assert made.status()["slots"] == [{"name": "slot0", "state": "leased", "detail": "", "given": 1}]


async def test_a_slot_given_back_in_order_is_cleaned_and_not_booted(layout: Layout) -> None:
    made, (slot,) = supervisor(layout)
    async with serving(made) as door:
        client = await door.connect()
        await client.ask("lease")
        assert await client.ask("release", tainted=False) == {"ok": True}
        await until(made, "free")
    assert slot.life == ["watch"]
    assert made.places[0].leases == 1


@pytest.mark.parametrize(
    ("free", "life"),
    [([500, 500, 2_990], ["watch"]), ([500], ["watch", "kill", "fill", "boot"])],
    ids=["a moment later", "never"],
)
async def test_a_slot_is_free_once_its_disk_is(
    layout: Layout, monkeypatch: pytest.MonkeyPatch, free: list[int], life: list[str]
) -> None:
    monkeypatch.setattr(cleaning, "ROOM_SECONDS", 0.3)
    made, (slot,) = supervisor(layout)
    slot.fresh, slot.free = 3_000, free
    async with serving(made) as door:
        client = await door.connect()
        await client.ask("lease")
        await client.ask("release", tainted=False)
        await until(made, "free")
    assert slot.life == life


@pytest.mark.parametrize("release", [{"tainted": True}, {}, None])
async def test_a_tainted_or_lost_slot_is_recycled(layout: Layout, release: dict[str, Any] | None) -> None:
    made, (slot,) = supervisor(layout)
    async with serving(made) as door:
        client = await door.connect()
        await client.ask("lease")
        if release is None:
            await client.close()
        else:
            await client.ask("release", **release)
        await until(made, "free")
    assert slot.life == ["watch", "kill", "fill", "boot"]
    assert made.recycled_ms is not None


async def test_a_slot_that_does_not_come_clean_is_recycled(layout: Layout) -> None:
    made, (slot,) = supervisor(layout)
    slot.engine.left = [{"Id": "abc"}]
    async with serving(made) as door:
        client = await door.connect()
        await client.ask("lease")
        await client.ask("release", tainted=False)
        await until(made, "free")
    assert slot.life[-1] == "boot"


async def test_a_slot_is_recycled_after_many_leases(layout: Layout, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_LEASES", 2)
    made, (slot,) = supervisor(layout)
    async with serving(made) as door:
        for _ in range(2):
            client = await door.connect()
            await client.ask("lease")
            await client.ask("release", tainted=False)
            await until(made, "free")
    assert slot.life == ["watch", "watch", "kill", "fill", "boot"]
    assert made.places[0].leases == 0


async def test_the_prepared_spare_is_used_for_the_next_boot(layout: Layout) -> None:
    made, (slot,) = supervisor(layout)
    async with asyncio.timeout(10):
        await made._renew(made.places[0])
        await made._renew(made.places[0])
    assert slot.life == ["kill", "fill", "boot", "kill", "spare", "boot"]


async def test_a_slot_recycled_while_its_spare_is_copied_does_not_copy_twice(layout: Layout) -> None:
    copying, go_on = threading.Semaphore(0), threading.Event()

    def copy() -> None:
        copying.release()
        go_on.wait(5)

    made, (slot,) = supervisor(layout)
    slot.preparing = copy
    first = asyncio.create_task(made._renew(made.places[0]))
    await asyncio.to_thread(copying.acquire, timeout=5)
    async with asyncio.timeout(5):
        await made._renew(made.places[0])
    go_on.set()
    await first
    assert not copying.acquire(blocking=False)
    assert slot.has_spare


async def test_a_slot_that_is_not_confined_is_never_offered(layout: Layout) -> None:
    made, (slot,) = supervisor(layout)
    slot.weak = "the slot shares the machine's net namespace"
    await made._renew(made.places[0])
    assert (made.places[0].state, made.places[0].detail) == ("broken", slot.weak)


async def test_a_spare_that_cannot_be_copied_costs_no_slot(layout: Layout) -> None:
    def fail() -> None:
        raise OSError("No space left on device")

    made, (slot,) = supervisor(layout)
    slot.preparing = fail
    await made._renew(made.places[0])
    assert made.places[0].state == "free"
    assert not slot.has_spare


async def test_a_slot_that_fails_to_boot_is_tried_again_and_then_left_broken(layout: Layout) -> None:
    made, (slot,) = supervisor(layout)
    slot.failing = module.BOOT_TRIES - 1
    await made._renew(made.places[0])
    assert made.places[0].state == "free"
    slot.failing = module.BOOT_TRIES
    await made._renew(made.places[0])
    assert (made.places[0].state, made.places[0].detail) == ("broken", "it does not start")


async def test_a_slot_without_its_catalogue_is_not_offered(layout: Layout) -> None:
    made, (slot,) = supervisor(layout)
    slot.engine.images = set()
    await made._renew(made.places[0])
    assert made.places[0].state == "broken"
    assert "1 catalogue images are missing" in made.places[0].detail


async def test_whoever_waits_longest_is_served_first(layout: Layout) -> None:
    made, _ = supervisor(layout)
    async with serving(made) as door:
        holder, first, second = [await door.connect() for _ in range(3)]
        await holder.ask("lease")
        order: list[str] = []

        async def wait(client: Client, name: str) -> None:
            await client.ask("lease", wait=5)
            order.append(name)
            await client.ask("release", tainted=False)

        waiting = [asyncio.create_task(wait(first, "first"))]
        while len(made.waiting) < 1:
            await asyncio.sleep(0.005)
        waiting.append(asyncio.create_task(wait(second, "second")))
        while len(made.waiting) < 2:
            await asyncio.sleep(0.005)
        await holder.ask("release", tainted=False)
        await asyncio.gather(*waiting)
        assert order == ["first", "second"]


async def test_a_wait_ends_in_time_and_leaves_nothing_behind(layout: Layout) -> None:
    made, _ = supervisor(layout)
    async with serving(made) as door:
        holder, client = await door.connect(), await door.connect()
        await holder.ask("lease")
        assert await client.ask("lease", wait=0.05) == {"ok": True, "slot": None}
        await holder.ask("release", tainted=False)
        await until(made, "free")
        assert (await client.ask("lease", wait=1))["slot"] == "slot0"


async def test_who_leaves_while_waiting_costs_the_next_one_no_recycling(layout: Layout) -> None:
    made, (slot,) = supervisor(layout)
    async with serving(made) as door:
        holder, gone, next_one = [await door.connect() for _ in range(3)]
        await holder.ask("lease")
        await gone.send(b'{"verb": "lease", "wait": null}\n')
        while not made.waiting:
            await asyncio.sleep(0.005)
        await gone.close()
        await asyncio.sleep(0.02)
        await holder.ask("release", tainted=False)
        assert (await next_one.ask("lease", wait=5))["slot"] == "slot0"
    assert "boot" not in slot.life[: slot.life.index("watch", 2)]


async def test_two_connections_never_hold_one_slot(layout: Layout) -> None:
    made, _ = supervisor(layout, 2)
    async with serving(made) as door:
        clients = [await door.connect() for _ in range(5)]
        answers = await asyncio.gather(*(client.ask("lease", wait=0.1) for client in clients))
        assert sorted(str(answer["slot"]) for answer in answers) == ["None", "None", "None", "slot0", "slot1"]


@pytest.mark.parametrize(
    ("line", "why"),
    [
        (b"nonsense", "not understood"),
        (b"[]", "not understood"),
        (b'"lease"', "not understood"),
        (b"{}", "verb"),
        (b'{"verb": "kill"}', "there is no lease"),
        (b'{"verb": "release"}', "there is no lease"),
        (b'{"verb": "lease", "wait": "long"}', "not understood"),
    ],
)
async def test_what_is_not_understood_is_said_and_the_connection_lives_on(
    layout: Layout, line: bytes, why: str
) -> None:
    made, _ = supervisor(layout)
    async with serving(made) as door:
        client = await door.connect()
        await client.send(line + b"\n")
        answer = json.loads(await client.reader.readline())
        assert answer["ok"] is False
        assert why in answer["error"]
        assert (await client.ask("status"))["slots"][0]["state"] == "free"


@pytest.mark.parametrize("verb", ["lease", "boot", "__class__"])
async def test_a_lease_holder_gets_neither_a_second_slot_nor_an_unknown_verb(layout: Layout, verb: str) -> None:
    made, _ = supervisor(layout, 2)
    async with serving(made) as door:
        client = await door.connect()
        await client.ask("lease")
        assert (await client.ask(verb))["ok"] is False
        assert [place.state for place in made.places] == ["leased", "free"]


async def test_a_line_without_end_ends_the_connection_and_its_lease(layout: Layout) -> None:
    made, (slot,) = supervisor(layout)
    async with serving(made) as door:
        client = await door.connect()
        await client.ask("lease")
        await client.send(b"x" * (3 * LINE_BYTES))
        assert await asyncio.wait_for(client.reader.read(), 5) == b""
        await until(made, "free")
    assert slot.life[-1] == "boot"
