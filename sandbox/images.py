"""What is known of a built image: its history with nanoseconds, its base, its size, as the supervisor reads it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sandbox.facts import Layer, LimitHit
from sandbox.limits import MB
from sandbox.stopped import LimitReached

Ask = Callable[..., dict[str, Any]]


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
    """The image's facts. `bases` maps catalogue names to their diff ids; an image over `image_mb` is a limit hit."""
    config = ask("image", image=image_id)["config"]
    size = int(client.inspect_image(image_id)["Size"])
    if config is None or size > image_mb * MB:
        raise LimitReached(LimitHit("image", image_mb, "MB"))
    diffs: list[str] = config["rootfs"]["diff_ids"]
    base = _base(diffs, bases)
    sizes = [int(entry["Size"]) for entry in reversed(client.history(image_id))]
    layers = tuple(_layers(config["history"], diffs, sizes))
    base_diffs = len(bases[base]) if base else 0
    user = str((config.get("config") or {}).get("User") or "")
    return Image(image_id, layers, base, _history_of(layers, base_diffs), base_diffs, size, user)


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
