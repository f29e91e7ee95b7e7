"""What the same files build on another day: tags point to newer builds, the package index has newer versions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sandbox.facts import Build


@dataclass(frozen=True, slots=True)
class Reference:
    """An image from outside that the build takes, variables filled in."""

    name: str
    line: int
    floating: str  # why it may be another image tomorrow, in words; "" where it may not


@dataclass(frozen=True, slots=True)
class Installed:
    """A Python distribution of the image, by its own record. A version is "" where that build does not have it."""

    name: str
    today: str
    tomorrow: str


@dataclass(frozen=True, slots=True)
class Tomorrow:
    """`kind = "tomorrow"`: built again without the cache, after tags moved and the package index grew."""

    build: Build
    references: tuple[Reference, ...]
    base: str | None  # the catalogue image under the final stage
    moved: tuple[str, ...]  # catalogue images whose newer build the final image stands on now
    installed: tuple[Installed, ...]  # beyond what the base brings; by name
    dependency: bool  # what the lab installs is among them
