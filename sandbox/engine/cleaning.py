"""Between two submissions: remove everything, then look whether everything is gone."""

from __future__ import annotations

import time
from urllib.parse import quote

from sandbox.engine.api import EngineError
from sandbox.engine.slot import Slot

ROOM_SECONDS = 2.0  # then the slot is recycled, which takes no longer
ROOM_PART = 0.95  # of the bytes that were free when the slot was new; the engine's own notes take a few
_OURS = {"bridge", "host", "none"}  # the engine's own networks


def clean(slot: Slot, golden: set[str]) -> None:
    """EngineError when anything is left: the slot is then recycled instead."""
    slot.child_group("build").kill()
    engine = slot.engine
    for container in engine.call("GET", "/containers/json?all=1"):
        engine.call("DELETE", f"/containers/{container['Id']}?force=1&v=1", accept=(404,))
    for network in engine.call("GET", "/networks"):
        if network["Name"] not in _OURS:
            engine.call("DELETE", f"/networks/{network['Id']}", accept=(404,))
    _remove_images(slot, golden)
    _empty_cache(slot)
    engine.call("POST", "/volumes/prune?filters=" + quote('{"all":["true"]}'))
    left = leftovers(slot, golden)
    if left:
        raise EngineError(f"slot {slot.name} is not clean: {', '.join(left)}")


def _empty_cache(slot: Slot) -> None:
    """What a build that was cut off had received is in no list, and is given back a moment after its client ended."""
    deadline = time.monotonic() + ROOM_SECONDS
    while True:
        slot.engine.call("POST", "/build/prune?all=1")
        if not slot.fresh or slot.room()[0] >= slot.fresh * ROOM_PART:
            return
        if time.monotonic() > deadline:
            raise EngineError(f"slot {slot.name} does not give its disk back")
        time.sleep(0.1)


def _remove_images(slot: Slot, golden: set[str]) -> None:
    """Tags first: an image that another still stands on is removed with the last one."""
    for image in slot.engine.call("GET", "/images/json"):
        if image["Id"] not in golden:
            slot.engine.call("DELETE", f"/images/{image['Id']}?force=1", accept=(404, 409))
    for identity in slot.engine.image_ids() - golden:
        slot.engine.call("DELETE", f"/images/{identity}?force=1", accept=(404, 409))


def leftovers(slot: Slot, golden: set[str]) -> list[str]:
    """What is still there beyond the golden set, in words."""
    engine = slot.engine
    usage = engine.call("GET", "/system/df?type=build-cache")
    volumes = engine.call("GET", "/volumes")
    counts = {
        "containers": len(engine.call("GET", "/containers/json?all=1")),
        "images": len(engine.image_ids() - golden),
        "missing images": len(golden - engine.image_ids()),
        "volumes": len(volumes.get("Volumes") or []),
        "networks": len([n for n in engine.call("GET", "/networks") if n["Name"] not in _OURS]),
        "build cache entries": len(usage.get("BuildCache") or []),
        "build processes": len(slot.child_group("build").processes()),
        "container processes": len(slot.child_group("run").processes()),
    }
    return [f"{count} {name}" for name, count in counts.items() if count]
