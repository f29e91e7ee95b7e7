"""What a lease holder may ask of its slot: one function a verb, plain JSON in and out. Runs in worker threads.

A worker may have gone bad, so every argument is checked here and nothing it names leaves its own slot: a container
is looked up in the slot's own cgroup, an image through the slot's own engine.
"""

from __future__ import annotations

import base64
import contextlib
import json
from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from sandbox.engine import access, accounts, inner, inventory, layers, needles, processes, userfiles
from sandbox.engine.asking import PATHS, Answer, BadRequest, group_name, group_of, image_of
from sandbox.engine.cgroups import Bounds, Group
from sandbox.engine.probes import calls
from sandbox.engine.provision.golden import directories
from sandbox.engine.provision.tree import SUBID
from sandbox.engine.slot import Slot

CEILING = Bounds(memory_mb=4096, pids=2048, cpus=8.0)
CONFIG_BYTES = 1024 * 1024  # a configuration with thousands of labels is a bomb, not an image
WATCHES = 64  # containers of one submission whose kills are counted
NEEDLE = (8, 200)  # bytes of a text that is looked for

# What a question can make of the code that reads it: other types, numbers without end, lists in lists in lists.
NOT_UNDERSTOOD = (BadRequest, LookupError, TypeError, ValueError, AttributeError, ArithmeticError, RecursionError)


def bound(slot: Slot, ask: Mapping[str, Any]) -> Answer:
    """Bounds of the slot's builds or containers: {"group": "build"|"run", "memory_mb", "pids", "cpus"}."""
    bounds = Bounds(int(ask["memory_mb"]), int(ask["pids"]), float(ask["cpus"]))
    wanted = (bounds.memory_mb, bounds.pids, bounds.cpus)
    ceiling = (CEILING.memory_mb, CEILING.pids, CEILING.cpus)
    if any(not 0 < value <= most for value, most in zip(wanted, ceiling, strict=True)):
        raise BadRequest("bounds are outside what a slot may give")
    _group(slot, ask).bound(bounds)
    return {}


def counters(slot: Slot, ask: Mapping[str, Any]) -> Answer:
    """What the builds or one container counted, and the least room of the data root: sources of limit verdicts."""
    name = _watched(ask)
    slot.note_use()
    kills = slot.ooms[name].read() if name in slot.ooms else 0
    low = {"disk_low": slot.low[0], "inodes_low": slot.low[1]}
    counted = slot.child_group(name).counters()
    if name == "build":
        counted["pids_peak"] = max(counted["pids_peak"], slot.most)
    return {**counted, "oom_kills": kills, **low}


def watch(slot: Slot, ask: Mapping[str, Any]) -> Answer:
    """Count a container's out-of-memory kills: what it counted itself is gone once it has ended.

    One that has ended already has no group to watch; the engine's own word for how it ended remains.
    """
    name = _watched(ask)
    if name not in slot.ooms and len(slot.ooms) < WATCHES:
        with contextlib.suppress(FileNotFoundError):
            slot.watch_kills(name)
    return {}


def look_at_processes(slot: Slot, ask: Mapping[str, Any]) -> Answer:
    """Every process of one container, with ids as the container sees them."""
    seen = processes.look(group_of(slot, ask).processes())
    return {"processes": [{k: v for k, v in asdict(p).items() if k != "host_pid"} for p in seen]}


def look_at_access(slot: Slot, ask: Mapping[str, Any]) -> Answer:
    """Could this user of this container write those paths? {"uid", "gid", "groups", "paths"}."""
    paths = [str(path) for path in ask["paths"]][:PATHS]
    pids = group_of(slot, ask).processes()
    if not pids:
        return {"access": None}
    groups = [int(n) for n in ask["groups"]][: processes.GROUPS]
    return {"access": access.access(pids[0], int(ask["uid"]), int(ask["gid"]), groups, paths)}


def list_programs(slot: Slot, ask: Mapping[str, Any]) -> Answer:
    """The files that a container's processes run code from."""
    return {"programs": processes.programs(group_of(slot, ask).processes())}


def look_at_accounts(slot: Slot, ask: Mapping[str, Any]) -> Answer:
    """An image's accounts with uid 0 whose password opens them."""
    return {"open": accounts.opened(directories(slot, slot.engine.inspect_image(image_of(ask))))}


def look_at_files(slot: Slot, ask: Mapping[str, Any]) -> Answer:
    """Files that give power, files by name and files by content in an image's layers from `skip` on."""
    image = image_of(ask)
    contents = {int(size): tuple(map(str, sums)) for size, sums in dict(ask.get("contents", {})).items()}
    query = layers.Query(tuple(map(str, ask.get("names", [])))[:PATHS], contents)
    skip = int(ask.get("skip", 0))
    if skip < 0:
        raise BadRequest("layers are counted from the lowest")
    facts = slot.engine.inspect_image(image)
    try:
        found = layers.look(directories(slot, facts)[skip:], query, SUBID)
    except layers.TooMany as error:
        return {"files": [], "too_many": str(error)}
    named = processes.named
    files = [{**asdict(f), "layer": f.layer + skip, "capabilities": named(f.capabilities)} for f in found]
    return {"files": files, "too_many": None}


def weigh_layers(slot: Slot, ask: Mapping[str, Any]) -> Answer:
    """Files and bytes of each of an image's layers, and how much of them the layers above hide."""
    image = image_of(ask)
    try:
        found = layers.weigh(directories(slot, slot.engine.inspect_image(image)))
    except layers.TooMany as error:
        return {"layers": [], "too_many": str(error)}
    return {"layers": [asdict(weight) for weight in found], "too_many": None}


def list_packages(slot: Slot, ask: Mapping[str, Any]) -> Answer:
    """Packages that each of an image's layers lists, also in lists that a layer above removes."""
    image = image_of(ask)
    try:
        found = inventory.read(directories(slot, slot.engine.inspect_image(image)))
    except layers.TooMany as error:
        return {"packages": [], "too_many": str(error)}
    return {"packages": [asdict(entry) for entry in found], "too_many": None}


def search(slot: Slot, ask: Mapping[str, Any]) -> Answer:
    """Files in an image's layers, from `skip` on, that hold the text `needle`; and whether its configuration does."""
    needle, skip = str(ask["needle"]).encode(), int(ask.get("skip", 0))
    if not NEEDLE[0] <= len(needle) <= NEEDLE[1] or skip < 0:
        raise BadRequest("what is looked for has 8 to 200 bytes, and layers are counted from the lowest")
    configured = False
    try:
        if "container" in ask:  # only what it has written itself, beside its volumes
            group = group_name(ask)
            found = needles.search([inner.written(slot, group)], needle)
        else:
            image = image_of(ask)
            found = needles.search(directories(slot, slot.engine.inspect_image(image))[skip:], needle)
            configured = needles.in_configuration(look_at_image(slot, ask)["config"], needle)
    except layers.TooMany as error:
        return {"places": [], "configured": False, "too_many": str(error)}
    places = [{**asdict(place), "layer": place.layer + skip} for place in found]
    return {"places": places, "configured": configured, "too_many": None}


def end(slot: Slot, ask: Mapping[str, Any]) -> Answer:
    """End every process of one container, started or not: the engine itself ends only what it has started."""
    return {"ended": group_of(slot, ask).kill()}


def kill(slot: Slot, ask: Mapping[str, Any]) -> Answer:
    """End every process of the slot's builds and containers: no work outlives its submission."""
    ended = [slot.child_group(name).kill() for name in ("build", "run")]
    if not all(ended):
        raise OSError("processes outlived SIGKILL")
    return {}


def look_at_image(slot: Slot, ask: Mapping[str, Any]) -> Answer:
    """An image's own configuration as stored: the engine's interface leaves out the layers' nanoseconds.

    `odd`: the file that the engine could not read when it starts the image; "" when there is none.
    """
    identity = image_of(ask)
    root = slot.root / f"var/lib/docker/{SUBID}.{SUBID}/image/overlay2/imagedb/content/sha256"
    file = root / identity.removeprefix("sha256:")
    if file.stat().st_size > CONFIG_BYTES:
        return {"config": None, "odd": ""}
    odd = userfiles.odd(directories(slot, slot.engine.inspect_image(identity)))
    return {"config": json.loads(file.read_bytes()), "odd": odd}


def look_at_results(slot: Slot, ask: Mapping[str, Any]) -> Answer:
    """What our seccomp probe, a container's only process, has left in its memory; None while it is not there yet.

    The probe may be forbidden every call, so it cannot say it itself.
    """
    pids = group_of(slot, ask).processes()
    with contextlib.suppress(OSError):  # it has ended, or has not become the probe yet
        if len(pids) == 1:
            with Path(f"/proc/{pids[0]}/mem").open("rb", buffering=0) as memory:
                memory.seek(calls.ADDRESS)
                return {"results": base64.b64encode(memory.read(calls.BYTES)).decode()}
    return {"results": None}


def _group(slot: Slot, ask: Mapping[str, Any]) -> Group:
    if ask["group"] not in {"build", "run"}:
        raise BadRequest("a slot has the groups build and run")
    return slot.child_group(ask["group"])


def _watched(ask: Mapping[str, Any]) -> str:
    return group_name(ask) if "container" in ask else "build"


VERBS: dict[str, Callable[[Slot, Mapping[str, Any]], Answer]] = {
    "bound": bound,
    "counters": counters,
    "watch": watch,
    "processes": look_at_processes,
    "access": look_at_access,
    "programs": list_programs,
    "accounts": look_at_accounts,
    "files": look_at_files,
    "image": look_at_image,
    "weigh": weigh_layers,
    "packages": list_packages,
    "search": search,
    "results": look_at_results,
    "end": end,
    "kill": kill,
    **inner.VERBS,
}
