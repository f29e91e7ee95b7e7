"""Where a catalogue image comes from: the operator's registry by digest, else its recipe, else nowhere."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal
from urllib.parse import quote

from sandbox.engine.paths import Layout
from sandbox.engine.provision import debian, pull, recipes, stack
from sandbox.engine.provision.archive import Chains, LayerFile, write
from sandbox.engine.provision.catalogue import Image
from sandbox.engine.provision.parts import PartFailed, say
from sandbox.engine.provision.registry import SETTING, NotAnswering, NotUsable, Registry


@dataclass(frozen=True, slots=True)
class Archive:
    """What `docker load` reads; whoever loads it deletes it."""

    file: Path
    source: Literal["registry", "recipe"]


def setting() -> str:
    """The operator's registry, "" when none is to be asked."""
    return os.environ.get(SETTING, "").strip()


def pulled(layout: Layout, images: Sequence[Image], address: str) -> dict[str, Archive]:
    """By name, what the registry at `address` gave. PartFailed: it answered with other bytes than were asked for.

    Once it does not answer it is not asked again, so that a wrong address costs seconds and not minutes.
    """
    found: dict[str, Archive] = {}
    if not address:
        return found
    registry = Registry(address)
    for image in images:
        if not image.upstream_digest:
            continue
        target = _file(layout, image)
        try:
            pull.pull(registry, image, _pointing(layout, image), target, lambda text: _note(layout, text))
        except NotUsable as error:
            say(f"{image.name} is not taken from {address}: {error}")
        except NotAnswering as error:
            say(f"{address} does not answer, so no image is taken from it: {error}")
            say(f"to ask it again, remove {layout.stamps / 'golden-data-root'} and run the set-up again")
            break
        else:
            found[image.name] = Archive(target, "registry")
    return found


def assembled(layout: Layout, image: Image, there: Chains | None = None) -> Archive | None:
    """The image by its recipe, without layers that are `there`; None, and a line that says so, where it has none."""
    if not image.recipe:
        say(f"{image.name} is left out: no registry gave it, and it has no recipe")
        return None
    target = _file(layout, image)
    write(target, image.name, _layers(layout, image), image.config, there)
    return Archive(target, "recipe")


def _layers(layout: Layout, image: Image) -> list[LayerFile]:
    names = recipes.IMAGES.get(image.recipe)
    if names is None:
        raise PartFailed(f"{image.name}: no recipe is called {image.recipe!r}")
    made = [LayerFile(stack.tar_of(layout, name), recipes.created_by(name)) for name in names]
    return made + _pointing(layout, image)


def _pointing(layout: Layout, image: Image) -> list[LayerFile]:
    """Where packages come from inside a slot; an image without a package manager stays without such files."""
    return [] if image.recipe in recipes.BARE else [debian.index_layer(layout)]


def _file(layout: Layout, image: Image) -> Path:
    return layout.images / (quote(image.name, safe="") + ".archive.tar")


def _note(layout: Layout, text: str) -> None:
    log = layout.var / "log" / "pull.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("a") as sink:
        print(datetime.now(UTC).isoformat(timespec="seconds"), text, file=sink)
