"""What an image holds: packages, shells and package managers. Read from its layers and tried in its container."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Package:
    """A package in one of the image's layers, each name once."""

    kind: Literal["deb", "apk", "python"]
    name: str
    version: str  # "" where no list names it
    created_by: str  # of the lowest layer that holds it
    listed: bool  # False: known by its files alone, no layer lists it
    visible: bool  # False: only lower layers hold it, which a layer above covers


@dataclass(frozen=True, slots=True)
class Contents:
    """`kind = "contents"`: all that the image carries over its layers, beside the starter's on the same engine."""

    size: int  # bytes, as pulled and unpacked
    starter_size: int
    packages: tuple[Package, ...]
    starter_packages: int
    shells: tuple[str, ...]  # paths of programs that ran a shell command in the container
    managers: tuple[str, ...]  # paths of package managers that the container sees
