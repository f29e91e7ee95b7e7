from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from sandbox.engine import requests
from sandbox.engine.asking import BadRequest
from sandbox.engine.cgroups import Bounds
from sandbox.engine.requests import VERBS
from sandbox.engine.slot import Slot

CONTAINER, IMAGE = "c" * 64, f"sha256:{'1' * 64}"
BOUND = {"group": "build", "memory_mb": 512, "pids": 100, "cpus": 1.0}


class Untouchable:
    """Fails whoever asks anything of it."""

    def __getattr__(self, name: str) -> Any:
        raise AssertionError(f"{name} was touched")


class Group:
    def __init__(self, slot: Own, name: str) -> None:
        self.slot, self.name = slot, name

    def bound(self, bounds: Bounds) -> None:
        self.slot.bounds[self.name] = bounds

    def processes(self) -> list[int]:
        return []

    def counters(self) -> dict[str, int]:
        return {"pids_refused": 1, "pids_peak": 2}

    def kill(self) -> bool:
        self.slot.killed.append(self.name)
        return self.name not in self.slot.immortal


class Own:
    """As much of a slot as the requests here use."""

    def __init__(self, root: Path = Path("/nonexistent")) -> None:
        self.root = root
        self.bounds: dict[str, Bounds] = {}
        self.killed: list[str] = []
        self.immortal: set[str] = set()
        self.ooms: dict[str, Any] = {}
        self.low = (10, 20)
        self.most = 3
        layer = {"GraphDriver": {"Data": {"UpperDir": "/layer"}}}
        self.engine = SimpleNamespace(inspect_image=lambda image: layer)

    def child_group(self, name: str) -> Group:
        return Group(self, name)

    def note_use(self) -> None:
        self.low = (5, 20)

    def watch_kills(self, name: str) -> None:
        self.ooms[name] = None


def ask(verb: str, slot: Any, **fields: Any) -> dict[str, Any]:
    return VERBS[verb](slot, fields)


@pytest.mark.parametrize(
    ("verb", "fields"),
    [
        ("bound", {**BOUND, "group": "engine"}),
        ("bound", {**BOUND, "group": "../slot1/build"}),
        ("bound", {**BOUND, "group": ["build"]}),
        ("bound", {**BOUND, "memory_mb": 0}),
        ("bound", {**BOUND, "memory_mb": -1}),
        ("bound", {**BOUND, "memory_mb": requests.CEILING.memory_mb + 1}),
        ("bound", {**BOUND, "pids": 10**9}),
        ("bound", {**BOUND, "cpus": float("nan")}),
        ("bound", {**BOUND, "cpus": float("inf")}),
        ("bound", {**BOUND, "cpus": "many"}),
        ("bound", {"group": "build"}),
        ("counters", {"container": "../../slot1/run/x"}),
        ("counters", {"container": "abc"}),
        ("counters", {"container": CONTAINER + "\n"}),
        ("counters", {"container": CONTAINER.upper()}),
        ("watch", {"container": "*"}),
        ("processes", {}),
        ("processes", {"container": "build"}),
        ("processes", {"container": None}),
        ("access", {"container": CONTAINER}),
        ("access", {"container": "..", "uid": 0, "gid": 0, "groups": [], "paths": ["/"]}),
        ("files", {"image": "debian:12-slim"}),
        ("files", {"image": IMAGE + "/../x"}),
        ("files", {"image": IMAGE, "skip": -1}),
        ("files", {"image": IMAGE, "skip": "all"}),
        ("files", {"image": IMAGE, "contents": [1, 2]}),
        ("weigh", {"image": "debian:12-slim"}),
        ("weigh", {}),
        ("packages", {"image": "debian:12-slim"}),
        ("packages", {}),
        ("search", {"image": "debian:12-slim", "needle": "x" * 20}),
        ("search", {"image": IMAGE, "needle": "x" * 7}),
        ("search", {"image": IMAGE, "needle": "x" * 201}),
        ("search", {"image": IMAGE, "needle": "x" * 20, "skip": -1}),
        ("search", {"image": IMAGE}),
        ("image", {"image": "sha256:../../../../etc/passwd"}),
        ("results", {"container": "../../slot1/run/x"}),
        ("results", {}),
        ("image", {"image": IMAGE[:-1]}),
        ("image", {}),
        ("mounts", {"container": "../../slot1/run/x"}),
        ("bounds", {"container": "build"}),
        ("write", {"container": "..", "paths": ["/"]}),
        ("connect", {"from": [{"container": "..", "to": []}], "seconds": 1}),
        ("connect", {"from": [{"to": [["203.0.113.1", 80, "tcp"]]}], "seconds": 60}),
        ("connect", {"from": [{"to": [["203.0.113.1", 80, "tcp"]]}], "seconds": float("nan")}),
        ("connect", {"from": [{"to": [["example.org", 80, "tcp"]]}], "seconds": 1}),
        ("connect", {"from": [{"to": [["203.0.113.1", 0, "tcp"]]}], "seconds": 1}),
        ("connect", {"from": [{"to": [["203.0.113.1", 80, "sctp"]]}], "seconds": 1}),
        ("press", {"container": "..", "kind": "memory", "amount": 1, "seconds": 1}),
        ("press", {"container": CONTAINER, "kind": "disk", "amount": 1, "seconds": 1}),
        ("press", {"container": CONTAINER, "kind": "memory", "amount": 10**6, "seconds": 1}),
        ("press", {"container": CONTAINER, "kind": "cpu", "amount": 1, "seconds": 1e9}),
        ("below", {"image": "debian:12-slim", "paths": ["/"]}),
        ("search", {"container": "..", "needle": "x" * 20}),
    ],
)
def test_what_no_worker_of_ours_asks_is_refused_before_anything_is_touched(verb: str, fields: dict[str, Any]) -> None:
    with pytest.raises((BadRequest, KeyError, TypeError, ValueError)):
        ask(verb, Untouchable(), **fields)


def test_bounds_reach_the_group_that_is_named() -> None:
    slot = Own()
    assert ask("bound", slot, **BOUND) == {}
    assert slot.bounds == {"build": Bounds(512, 100, 1.0)}


def test_the_ceiling_itself_may_be_asked_for() -> None:
    slot, most = Own(), requests.CEILING
    ask("bound", slot, group="run", memory_mb=most.memory_mb, pids=most.pids, cpus=most.cpus)
    assert slot.bounds == {"run": most}


def test_counters_hold_the_least_room_seen() -> None:
    answer = ask("counters", Own(), container=CONTAINER)
    assert answer == {"pids_refused": 1, "oom_kills": 0, "pids_peak": 2, "disk_low": 5, "inodes_low": 20}


def test_builds_had_at_least_as_many_processes_as_were_seen() -> None:
    assert ask("counters", Own())["pids_peak"] == 3


def test_a_container_that_has_ended_already_is_no_fault() -> None:
    class Ended(Own):
        def watch_kills(self, name: str) -> None:
            raise FileNotFoundError(name)

    assert ask("watch", Ended(), container=CONTAINER) == {}


def test_containers_watched_are_bounded() -> None:
    slot = Own()
    for number in range(requests.WATCHES + 5):
        ask("watch", slot, container=f"{number:064x}")
        ask("watch", slot, container=f"{number:064x}")
    assert len(slot.ooms) == requests.WATCHES


def test_a_container_that_is_gone_has_no_access_to_report() -> None:
    asked = {"container": CONTAINER, "uid": 0, "gid": 0, "groups": [], "paths": ["/"]}
    assert ask("access", Own(), **asked) == {"access": None}
    assert ask("processes", Own(), container=CONTAINER) == {"processes": []}


def test_kill_ends_builds_and_containers() -> None:
    slot = Own()
    assert ask("kill", slot) == {}
    assert slot.killed == ["build", "run"]


def test_what_outlives_a_kill_is_a_failure_and_the_rest_is_killed_all_the_same() -> None:
    slot = Own()
    slot.immortal = {"build"}
    with pytest.raises(OSError, match="outlived"):
        ask("kill", slot)
    assert slot.killed == ["build", "run"]


def image_file(root: Path) -> Path:
    folder = root / "var/lib/docker/100000.100000/image/overlay2/imagedb/content/sha256"
    folder.mkdir(parents=True)
    return folder / ("1" * 64)


def test_an_images_configuration_is_read_as_stored(tmp_path: Path) -> None:
    config: Mapping[str, Any] = {"history": [{"created": "2026-01-01T00:00:00.123456789Z"}]}
    image_file(tmp_path).write_text(json.dumps(config))
    assert ask("image", Own(tmp_path), image=IMAGE) == {"config": config, "odd": ""}


def test_a_file_that_the_engine_could_not_read_is_named_with_the_configuration(tmp_path: Path) -> None:
    image_file(tmp_path).write_text("{}")
    (tmp_path / "layer/etc").mkdir(parents=True)
    os.mkfifo(tmp_path / "layer/etc/passwd")
    assert ask("image", Own(tmp_path), image=IMAGE) == {"config": {}, "odd": "/etc/passwd"}


def test_a_configuration_that_is_a_bomb_is_not_read(tmp_path: Path) -> None:
    image_file(tmp_path).write_bytes(b" " * (requests.CONFIG_BYTES + 1))
    assert ask("image", Own(tmp_path), image=IMAGE) == {"config": None, "odd": ""}


def test_a_real_slot_has_what_this_stand_in_has() -> None:
    wanted = {name for name in vars(Own()) if name != "root"} | {"child_group", "note_use", "watch_kills"}
    assert wanted - {"bounds", "killed", "immortal"} <= set(dir(Slot))
