"""Canaries of what lies between two submissions in one slot: caches of their own, and nothing left by the first."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import docker

from sandbox.available import Stock
from sandbox.canaries.tools import BASE, ENGINE_SECONDS, IMAGE, build
from sandbox.door import Slot

PATIENCE_SECONDS, PAUSE_SECONDS = 60.0, 0.3  # until the same slot is had again, and between two tries


def caches_are_apart(slot: Slot) -> str:
    """Each build here is a submission of its own; what one has put into a cache mount, the next must not see."""
    for turn in ("the first", "the next"):
        look = 'test -z "$(ls -A /c)" && touch /c/mine'
        step = f"RUN --mount=type=cache,id=canary,target=/c echo {turn}; {look}\n"
        if not build(slot, BASE + step).ok:
            return "a cache mount that another submission has filled was seen"
    return ""


def a_slot_is_clean_for_the_next(slot: Slot) -> str:
    """Leave one of each without a mark of ours, give the slot back in order, and look as its next holder."""
    client = docker.APIClient(f"unix://{slot.docker}", version="1.44", timeout=ENGINE_SECONDS)
    try:
        build(slot, BASE + "RUN date > /left\n")
        client.create_container(IMAGE, ["true"], network_disabled=True)
        client.create_volume("left")
        client.create_network("left", internal=True)
        if not _again(slot):
            return "the slot did not come back to be looked at"
        left = list(_left(client, slot))
    finally:
        client.close()
    return f"a submission left {', '.join(left)} for the next one" if left else ""


def _again(slot: Slot) -> bool:
    """Give the slot back and lease it once more over the same connection; False where others kept it too long.

    Whatever is leased in the end is what `slot` then stands for.
    """
    wanted, deadline = slot.name, time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        slot.control.ask("release", tainted=False)
        given = slot.control.ask("lease", timeout=None, wait=None)
        slot.name, slot.docker = given["slot"], given["docker"]
        if slot.name == wanted:
            return True
        time.sleep(PAUSE_SECONDS)
    return False


def _left(client: docker.APIClient, slot: Slot) -> Iterator[str]:
    ours = {image.id for image in Stock.load(slot.stock).images.values()}
    usage: dict[str, Any] = client.df()
    if any(image["Id"] not in ours for image in client.images(all=True)):
        yield "an image"
    if client.containers(all=True):
        yield "a container"
    if client.volumes()["Volumes"]:
        yield "a volume"
    if any(network["Name"] == "left" for network in client.networks()):
        yield "a network"
    if usage.get("BuildCache"):
        yield "a build cache"
