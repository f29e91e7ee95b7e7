"""What is known of a built image: its history with nanoseconds, its base, its size, as the supervisor reads it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sandbox.facts import Layer, LimitHit
from sandbox.limits import MB
from sandbox.stopped import LimitReached

Ask = Callable[..., dict[str, Any]]
# What the engine takes minutes for, or never comes back from. Real images have a handful of each.
VOLUMES = 32
PORTS = 1000
ENVIRONMENT_KB = 64
USER_FILE_KB = 64  # as sandbox.engine.userfiles.BYTES


@dataclass(frozen=True, slots=True)
class Image:
    """A built image. `base_history` and `base_diffs` count what belongs to the catalogue image below it."""

    id: str
    layers: tuple[Layer, ...]
    base: str | None
    base_history: int
    base_diffs: int
    size: int
    user: str


def inspect(ask: Ask, client: Any, image_id: str, bases: Mapping[str, Sequence[str]], image_mb: int) -> Image:
    """The image's facts. `bases` maps catalogue names to their diff ids.

    LimitReached: it is over `image_mb`, or it asks for more than the engine can start in seconds.
    """
    looked = ask("image", image=image_id)
    config = looked["config"]
    size = int(client.inspect_image(image_id)["Size"])
    if config is None or size > image_mb * MB:
        raise LimitReached(LimitHit("image", image_mb, "MB"))
    if looked["odd"]:
        raise LimitReached(LimitHit("image", USER_FILE_KB, f"KB of plain text in {looked['odd']}"))
    _check_settings(config.get("config") or {})
    diffs: list[str] = config["rootfs"]["diff_ids"]
    base = _base(diffs, bases)
    sizes = [int(entry["Size"]) for entry in reversed(client.history(image_id))]
    layers = tuple(_layers(config["history"], diffs, sizes))
    base_diffs = len(bases[base]) if base else 0
    user = str((config.get("config") or {}).get("User") or "")
    return Image(image_id, layers, base, _history_of(layers, base_diffs), base_diffs, size, user)


def _check_settings(config: Mapping[str, Any]) -> None:
    """LimitReached: settings with which starting the image takes the engine minutes."""
    if len(config.get("Volumes") or {}) > VOLUMES:
        raise LimitReached(LimitHit("image", VOLUMES, "volumes"))
    if len(config.get("ExposedPorts") or {}) > PORTS:
        raise LimitReached(LimitHit("image", PORTS, "exposed ports"))
    if sum(map(len, config.get("Env") or [])) > ENVIRONMENT_KB * 1024:
        raise LimitReached(LimitHit("image", ENVIRONMENT_KB, "KB of environment variables"))


def _base(diffs: Sequence[str], bases: Mapping[str, Sequence[str]]) -> str | None:
    """The catalogue image with the most layers that this one starts with."""
    below = [name for name, ids in bases.items() if list(diffs[: len(ids)]) == list(ids)]
    return max(below, key=lambda name: len(bases[name]), default=None)


def _layers(history: Sequence[Mapping[str, Any]], diffs: Sequence[str], sizes: Sequence[int]) -> list[Layer]:
    remaining = iter(diffs)
    result = []
    for entry, size in zip(history, sizes, strict=True):
        empty = bool(entry.get("empty_layer"))
        diff = None if empty else next(remaining, None)
        text = str(entry.get("created_by", "")).removesuffix(" # buildkit")
        result.append(Layer(text, str(entry.get("created", "")), size, empty, diff))
    return result


def _history_of(layers: Sequence[Layer], diffs: int) -> int:
    """How many history entries cover the first `diffs` layers with files."""
    seen = 0
    for index, layer in enumerate(layers):
        if seen == diffs:
            return index
        seen += not layer.empty
    return len(layers)


def with_files(layers: Sequence[Layer]) -> list[Layer]:
    """Only the entries that carry files, in the order of the image's diff ids."""
    return [layer for layer in layers if not layer.empty]
