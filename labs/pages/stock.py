"""What is in the sandbox, as a page shows it: its programs, images with the digest to pin, packages with versions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from labs.pages.layers import size
from sandbox.available import Image, Stock
from sandbox.engine.provision.catalogue import Image as Entry
from sandbox.newer import FEATURES

_SOURCES = {"recipe": "Assembled here", "registry": "Registry"}


@dataclass(frozen=True, slots=True)
class ImageRow:
    name: str
    pinned: str  # what to write after FROM to have exactly this; "" where it is not here
    source: str
    size: str
    moving: bool  # the tag is given to newer builds


@dataclass(frozen=True, slots=True)
class PackageRow:
    name: str
    versions: str


@dataclass(frozen=True, slots=True)
class LackRow:
    """A Dockerfile feature that the engine here does not have."""

    name: str
    docker: str  # the first version that has it
    instead: str


@dataclass(frozen=True, slots=True)
class Shown:
    programs: tuple[PackageRow, ...]
    lacks: tuple[LackRow, ...]
    images: tuple[ImageRow, ...]
    debian: tuple[PackageRow, ...]
    python: tuple[PackageRow, ...]


def shown(stock: Stock, catalogue: Iterable[Entry]) -> Shown:
    """Images in the catalogue's order, those that this machine lacks too; packages by name."""
    return Shown(
        programs=tuple(PackageRow(name, version) for name, version in stock.programs.items()),
        lacks=tuple(LackRow(f.name, f.docker, f.instead) for f in FEATURES if f.name in stock.lacks),
        images=tuple(_image(entry, stock.images.get(entry.name)) for entry in catalogue),
        debian=_packages(stock.deb),
        python=_packages(stock.pip),
    )


def _image(entry: Entry, here: Image | None) -> ImageRow:
    if here is None:
        return ImageRow(entry.name, "", "Not on this machine", "", entry.moving)
    repository = entry.name.rpartition(":")[0]
    source = _SOURCES.get(here.source, here.source)
    return ImageRow(entry.name, f"{repository}@{here.digest}", source, size(here.size), here.moving)


def _packages(versions: Mapping[str, tuple[str, ...]]) -> tuple[PackageRow, ...]:
    return tuple(PackageRow(name, ", ".join(found)) for name, found in sorted(versions.items()))
