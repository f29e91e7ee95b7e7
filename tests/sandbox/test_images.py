from __future__ import annotations

from typing import Any

import pytest

from sandbox import images
from sandbox.engine import userfiles
from sandbox.images import Image, inspect, with_files
from sandbox.limits import MB
from sandbox.stopped import LimitReached

IMAGE_ID = f"sha256:{'1' * 64}"
BASES = {"debian:12-slim": ["d1", "d2"], "python:3.11-slim": ["d1", "p1", "d2"], "other": ["o1"]}
# In the engine's own form: entries without files between those that have some.
HISTORY = [
    {"created": "2024-01-01T00:00:00.000000001Z", "created_by": "ADD rootfs.tar / # assembled"},
    {"created": "2024-01-01T00:00:00.000000002Z", "created_by": "COPY package index settings # slipway"},
    {"created": "2026-01-01T00:00:00.123456789Z", "created_by": "WORKDIR /app"},
    {"created": "2026-01-01T00:00:01Z", "created_by": 'CMD ["sh"]', "empty_layer": True},
    {"created": "2026-01-01T00:00:02Z", "created_by": "RUN /bin/sh -c true # buildkit"},
]


class Engine:
    """The three questions that `inspect` asks."""

    def __init__(self, diffs: list[str], size: int = 5 * MB, config: dict[str, Any] | None = None) -> None:
        self.size, self.odd = size, ""
        self.config = {"rootfs": {"diff_ids": diffs}, "history": HISTORY, "config": config}

    def ask(self, verb: str, image: str) -> dict[str, Any]:
        assert (verb, image) == ("image", IMAGE_ID)
        return {"config": self.config, "odd": self.odd}

    def inspect_image(self, image: str) -> dict[str, Any]:
        return {"Size": self.size}

    def history(self, image: str) -> list[dict[str, Any]]:
        """Newest first."""
        return [{"Size": number * MB} for number in reversed(range(len(HISTORY)))]


def look(engine: Engine) -> Image:
    return inspect(engine.ask, engine, IMAGE_ID, BASES, 10)


def test_layers_pair_history_with_diff_ids() -> None:
    image = look(Engine(["d1", "d2", "w", "r"]))
    assert [(layer.created_by, layer.empty, layer.diff_id) for layer in image.layers] == [
        ("ADD rootfs.tar / # assembled", False, "d1"),
        ("COPY package index settings # slipway", False, "d2"),
        ("WORKDIR /app", False, "w"),
        ('CMD ["sh"]', True, None),
        ("RUN /bin/sh -c true", False, "r"),
    ]
    assert image.layers[2].created == "2026-01-01T00:00:00.123456789Z"
    assert [layer.size for layer in image.layers] == [0, MB, 2 * MB, 3 * MB, 4 * MB]
    assert [layer.diff_id for layer in with_files(image.layers)] == ["d1", "d2", "w", "r"]


@pytest.mark.parametrize(
    ("diffs", "base", "history", "count"),
    [
        (["d1", "d2", "w", "r"], "debian:12-slim", 2, 2),
        (["d1", "p1", "d2", "r"], "python:3.11-slim", 3, 3),
        (["o1", "d1", "d2", "r"], "other", 1, 1),
        (["x", "d1", "d2", "r"], None, 0, 0),
    ],
)
def test_the_base_is_the_catalogue_image_below(diffs: list[str], base: str | None, history: int, count: int) -> None:
    image = look(Engine(diffs))
    assert image.base == base
    assert (image.base_history, image.base_diffs) == (history, count)


def test_of_two_bases_below_the_larger_counts() -> None:
    bases = {"debian:12-slim": ["d1"], "python:3.11-slim": ["d1", "p1"]}
    engine = Engine(["d1", "p1", "x", "y"])
    assert inspect(engine.ask, engine, IMAGE_ID, bases, 10).base == "python:3.11-slim"


@pytest.mark.parametrize(("config", "user"), [({"User": "app"}, "app"), ({"User": None}, ""), ({}, ""), (None, "")])
def test_the_user_is_as_declared(config: dict[str, Any] | None, user: str) -> None:
    assert look(Engine(["d1", "d2", "w", "r"], config=config)).user == user


def test_an_image_over_the_limit_is_a_limit_hit() -> None:
    with pytest.raises(LimitReached) as reached:
        look(Engine(["d1", "d2", "w", "r"], size=10 * MB + 1))
    assert (reached.value.hit.name, reached.value.hit.value) == ("image", 10)


def test_a_configuration_too_large_to_read_is_a_limit_hit() -> None:
    engine = Engine([])
    with pytest.raises(LimitReached):
        inspect(lambda verb, image: {"config": None, "odd": ""}, engine, IMAGE_ID, BASES, 10)


MANY: dict[str, dict[str, Any]] = {
    "volumes": {"Volumes": {f"/data/{number}": {} for number in range(33)}},
    "exposed ports": {"ExposedPorts": {f"{number}/tcp": {} for number in range(1, 1002)}},
    "KB of environment variables": {"Env": ["A=" + "x" * 65536]},
}


@pytest.mark.parametrize("unit", MANY)
def test_settings_that_the_engine_takes_minutes_for_are_a_limit(unit: str) -> None:
    with pytest.raises(LimitReached) as reached:
        look(Engine(["d1", "d2"], config=MANY[unit]))
    assert (reached.value.hit.name, reached.value.hit.unit) == ("image", unit)


def test_user_files_that_the_engine_cannot_read_are_a_limit() -> None:
    engine = Engine(["d1", "d2"])
    engine.odd = "/etc/group"
    with pytest.raises(LimitReached) as reached:
        look(engine)
    assert reached.value.hit.unit == "KB of plain text in /etc/group"


def test_the_bound_on_user_files_is_the_one_that_the_supervisor_uses() -> None:
    assert images.USER_FILE_KB * 1024 == userfiles.BYTES
