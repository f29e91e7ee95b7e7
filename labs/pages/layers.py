"""The picture of an image's layers: sizes and waste, beside the starter's. Reads stored JSON, so old runs show too."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from labs.checks.final_image_small import MOST
from labs.pages.picture import Bar, Facts, instruction, kind


@dataclass(frozen=True, slots=True)
class SizeRow:
    """One layer. `tool`: name of the largest compiler's program in it, "" for none."""

    instruction: str
    base: bool
    size: str
    wasted: str  # "" for nothing worth a number
    tool: str


@dataclass(frozen=True, slots=True)
class ImageLayers:
    bars: tuple[Bar, ...]
    rows: tuple[SizeRow, ...]
    wasted: str  # of all layers together


def layers(facts: Facts) -> ImageLayers | None:
    for fact in facts.values():
        if kind(fact) == "imagefiles":
            rows = [layer for layer in fact["layers"] if layer["files"] or not layer["base"]]
            return ImageLayers(
                bars=tuple(_bars(fact)),
                rows=tuple(_row(layer, fact["tools"]) for layer in rows),
                wasted=_shown(sum(layer["wasted"] for layer in fact["layers"])),
            )
    return None


def _bars(fact: Mapping[str, Any]) -> Iterator[Bar]:
    own, starter = fact["size"], fact["starter_size"]
    longest = max(own, starter, 1)
    tone = "passed" if own <= MOST * starter else "neutral"
    yield Bar("Your image", max(1, round(100 * own / longest)), size(own), tone)
    yield Bar("The starter's", max(1, round(100 * starter / longest)), size(starter), "neutral")


def _row(layer: Mapping[str, Any], tools: list[Mapping[str, Any]]) -> SizeRow:
    own = sorted((t for t in tools if t["created_by"] == layer["created_by"]), key=lambda t: int(t["size"]))
    return SizeRow(
        instruction=instruction(layer["created_by"]),
        base=layer["base"],
        size=size(layer["bytes"]),
        wasted=_shown(layer["wasted"]),
        tool=own[-1]["path"].rpartition("/")[2] if own else "",
    )


def size(count: int) -> str:
    """1234567 → 1.2 MB; the smallest unit shown is a kB."""
    return f"{count / 1e6:.1f} MB" if count >= 100_000 else f"{count / 1e3:.1f} kB" if count else "0"


def _shown(wasted: int) -> str:
    """Every step touches a few bytes of what was there; they are no waste worth reading."""
    return size(wasted) if wasted >= 100_000 else ""
