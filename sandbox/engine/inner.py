"""Verbs about a running container: its mounts, its bounds, whom it reaches, what it takes when it is pressed.

All of it is seen or done from outside: nothing of ours enters a learner's pid namespace, no program of a learner's runs
for us, and what is created is a file with a name of ours that is gone at once.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from sandbox.engine import layers, pace, pressing, reaching, relaying
from sandbox.engine.asking import PATHS, Answer, BadRequest, group_name, group_of, image_of
from sandbox.engine.mounting import first_process, mounts, try_to_write
from sandbox.engine.provision.golden import directories
from sandbox.engine.slot import Slot

SOURCES, TARGETS = 16, 128  # networks in one question, and connections from each
SECONDS = 5.0  # for one question about connections, and for pressing, on a usual machine
BELOW = 200  # files below one path


def look_at_mounts(slot: Slot, ask: Mapping[str, Any]) -> Answer:
    """Mounts as the container's first process has them; None when it has ended."""
    pid = first_process(group_of(slot, ask).processes())
    return {"mounts": None if pid is None else [asdict(mount) for mount in mounts(pid)]}


def write(slot: Slot, ask: Mapping[str, Any]) -> Answer:
    """What the kernel says when root creates a file in each of these directories: {"paths"} → errno names, "": made."""
    paths = [str(path) for path in ask["paths"]][:PATHS]
    pid = first_process(group_of(slot, ask).processes())
    return {"errors": None if pid is None else try_to_write(pid, paths)}


def read_bounds(slot: Slot, ask: Mapping[str, Any]) -> Answer:
    """The bounds that the kernel holds a container to; None: there is none."""
    return {"bounds": group_of(slot, ask).bounds()}


def connect(slot: Slot, ask: Mapping[str, Any]) -> Answer:
    """Connections tried at once from several networks: {"from": [{"container", "to": [[address, port, protocol]]}]}.

    Without a container they come from the slot's own network. Results in the same order; None: it has ended.
    """
    asked = [(one, [_target(target) for target in list(one["to"])[:TARGETS]]) for one in list(ask["from"])[:SOURCES]]
    seconds = float(ask["seconds"])
    if not 0 < seconds <= SECONDS * pace.factor():
        raise BadRequest(f"a connection is waited for between 0 and {SECONDS * pace.factor():.0f} s")
    named = [(group_name(one) if "container" in one else None, targets) for one, targets in asked]
    pids = [
        (slot.init_pid if name is None else first_process(slot.child_group(name).processes()), targets)
        for name, targets in named
    ]
    return {"results": reaching.connect(pids, seconds)}


def listening(slot: Slot, ask: Mapping[str, Any]) -> Answer:
    """TCP ports that something in a container's network listens on, beyond its own loopback; at most TARGETS."""
    pid = first_process(group_of(slot, ask).processes())
    return {"ports": [] if pid is None else relaying.listening(pid)[:TARGETS]}


def say(slot: Slot, ask: Mapping[str, Any]) -> Answer:
    """What is answered when a text is said, from a container's network: {"to": [[address, port]], "text"} → texts."""
    pid = first_process(group_of(slot, ask).processes())
    targets = [_target([*one, "tcp"]) for one in list(ask["to"])[:TARGETS]]
    seconds = float(ask["seconds"])
    if not 0 < seconds <= SECONDS * pace.factor() or len(str(ask["text"])) > relaying.SAID:
        raise BadRequest("a text is short, and an answer is waited for within bounds")
    return {"answers": [] if pid is None else relaying.say(pid, targets, str(ask["text"]), seconds)}


def _target(asked: Any) -> reaching.Target:
    address, port, protocol = asked
    if not 1 <= int(port) <= 65535 or protocol not in {"tcp", "udp"}:
        raise BadRequest("a target is an address, a port and tcp or udp")
    return reaching.Target(str(ipaddress.ip_address(address)), int(port), str(protocol))


def press(slot: Slot, ask: Mapping[str, Any]) -> Answer:
    """Use memory (MB), processes or processors from within a container's group: {"kind", "amount", "seconds"}."""
    kind, amount, seconds = str(ask["kind"]), int(ask["amount"]), float(ask["seconds"])
    if kind not in pressing.MOST or not 0 < amount <= pressing.MOST[kind] or not 0 < seconds <= SECONDS * pace.factor():
        raise BadRequest("a container is pressed within bounds")
    return pressing.press(group_of(slot, ask), kind, amount, seconds)


def files_below(slot: Slot, ask: Mapping[str, Any]) -> Answer:
    """Files that an image ships below each of these paths, at most BELOW of each."""
    paths, image = [str(path) for path in ask["paths"]][:PATHS], image_of(ask)
    try:
        found = layers.below(directories(slot, slot.engine.inspect_image(image)), paths, BELOW)
    except layers.TooMany as error:
        return {"files": [], "too_many": str(error)}
    return {"files": [asdict(entry) for entry in found], "too_many": None}


def written(slot: Slot, group: str) -> Path:
    """The directory of what a container has changed in its own layer, as the machine sees it."""
    facts = slot.engine.call("GET", f"/containers/{group.removeprefix('run/')}/json")
    upper = str(facts["GraphDriver"]["Data"]["UpperDir"])
    if not upper.startswith("/var/lib/docker/") or ".." in upper:
        raise BadRequest("the engine keeps its layers elsewhere")
    return slot.root / upper.lstrip("/")


VERBS: dict[str, Callable[[Slot, Mapping[str, Any]], Answer]] = {
    "mounts": look_at_mounts,
    "write": write,
    "bounds": read_bounds,
    "connect": connect,
    "listening": listening,
    "say": say,
    "press": press,
    "below": files_below,
}
