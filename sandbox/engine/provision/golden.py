"""The golden data root: every catalogue image pulled once, from files, so that it has a digest."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sandbox.engine import dataroot, layers
from sandbox.engine.api import EngineError
from sandbox.engine.home import opened
from sandbox.engine.paths import Layout
from sandbox.engine.provision import (
    advisories,
    contents,
    features,
    index,
    passing,
    programs,
    python_slim,
    source,
    tree,
)
from sandbox.engine.provision.archive import Chains
from sandbox.engine.provision.catalogue import Image
from sandbox.engine.provision.parts import PartFailed, say
from sandbox.engine.provision.source import Archive
from sandbox.engine.slot import Slot
from sandbox.engine.trials import BASE

VERSION = "2"


def make(layout: Layout, images: list[Image], registry: str = "") -> None:
    """The golden data root and `stock.json`. `registry` is the address of one to pull from, "" for none."""
    pulled = source.pulled(layout, images, registry)  # before there is a slot to wait
    with tempfile.TemporaryDirectory(dir=layout.images, prefix="golden-") as work:
        slot = Slot(layout, "golden")
        slot.assets = passing.assets(slot.assets, Path(work) / "assets", images)
        Path(work).chmod(0o755)  # the slot's unprivileged processes read it too
        slot.roots.make(slot.data)
        with opened(layout.name):
            filling, lacks = _fill(slot, Filling(layout, slot, pulled), images)
    stock = {
        "images": filling.images,
        "packages": index.stock(layout),
        "modules": index.modules(sorted((layout.packages / "wheels").glob("*.whl"))),
        "signatures": {name: sorted(found) for name, found in sorted(filling.signatures.items())},
        "advisories": advisories.made(layout),
        "programs": programs.versions(layout.tree),
        "lacks": lacks,
    }
    layout.golden.parent.mkdir(parents=True, exist_ok=True)
    layout.stock.write_text(json.dumps(stock, indent=1))
    slot.roots.keep(slot.data, layout.golden)


def _fill(slot: Slot, filling: Filling, images: list[Image]) -> tuple[Filling, list[str]]:
    """Boot the slot, give its engine every image, ask what it lacks, end it in order."""
    slot.boot()
    try:
        slot.wait_ready()
        filling.put(images)
        filling.say_total()
        lacks = features.lacking(slot) if BASE in filling.images else []
        slot.stop()
    except (EngineError, OSError) as error:
        raise PartFailed(str(error)) from error
    finally:
        slot.kill()
    return filling, lacks


@dataclass(slots=True)
class Filling:
    """One golden data root while it is filled. `images` is what its stock will say of them.

    What is in the engine is looked at and tried by a thread while the next image gets there: two cores have both to do.
    """

    layout: Layout
    slot: Slot
    pulled: Mapping[str, Archive]
    images: dict[str, Any] = field(default_factory=dict)
    there: Chains = field(default_factory=set)  # layers that the engine has
    signatures: dict[str, set[contents.Signature]] = field(default_factory=dict)  # by package, over all images

    def put(self, images: Sequence[Image]) -> None:
        """The images in the engine, tried and described; nothing of one that comes from nowhere."""
        with ThreadPoolExecutor(1) as behind:
            looks: list[Future[None]] = []
            for image in images:
                if image.same_as:
                    looks.append(behind.submit(self._again, image))
                elif archive := self.pulled.get(image.name) or source.assembled(self.layout, image, self.there):
                    known = {"digest": passing.pull(self.slot, image, archive.file), "source": archive.source}
                    archive.file.unlink()
                    looks.append(behind.submit(self._look, image, known))
                for look in looks:
                    if look.done():
                        look.result()  # its failure ends the set-up now, not after all the others
            for look in looks:
                look.result()

    def _look(self, image: Image, known: Mapping[str, str]) -> None:
        self.images[image.name] = {**_describe(self.slot, image), **known}
        folders = directories(self.slot, self.slot.engine.inspect_image(image.name))
        for package, signature in contents.signatures(folders).items():
            if package in python_slim.SOURCES:
                continue  # the `python:` images have these files without the package, as their namesakes do
            self.signatures.setdefault(package, set()).add(signature)
        if image.probe:
            _probe(self.slot, image)

    def _again(self, image: Image) -> None:
        """The image above under one more name of the same repository, where its digest resolves already."""
        known = self.images.get(image.same_as)
        if known is None:
            return
        repository, tag = image.name.rsplit(":", 1)
        other = quote(image.same_as, safe="")
        self.slot.engine.call("POST", f"/images/{other}/tag?repo={quote(repository, safe='')}&tag={tag}")
        self.images[image.name] = {**known, "moving": image.moving, "same_as": image.same_as}

    def say_total(self) -> None:
        used = int(self.slot.engine.call("GET", "/system/df")["LayersSize"])
        say(f"{len(self.images)} images, {used / 1e6:.0f} MB together, in a data root of {dataroot.DATA_MB} MB")


def _probe(slot: Slot, image: Image) -> None:
    """Run what people run in it, once: an image that is assembled wrongly is our failure, not a learner's."""
    first, *rest = image.probe
    done = passing.client(slot, "run", "--rm", "--network=none", f"--entrypoint={first}", image.name, *rest)
    if done.returncode != 0:
        raise PartFailed(f"{image.name} is not right: {' '.join(image.probe)}\n{done.stdout}{done.stderr}")


def _describe(slot: Slot, image: Image) -> dict[str, Any]:
    """What the catalogue's page and the source policy need to know about it, beside its digest."""
    facts = slot.engine.inspect_image(image.name)
    found = layers.look(directories(slot, facts), layers.Query(), tree.SUBID)
    return {
        "id": facts["Id"],
        "upstream_digest": image.upstream_digest or None,
        "moving": image.moving,
        "size": facts["Size"],
        "diff_ids": facts["RootFS"]["Layers"],
        "setuid": {entry.path: asdict(entry)["sha256"] for entry in found if entry.visible},
        "note": image.note,
    }


def directories(slot: Slot, facts: dict[str, Any]) -> list[Path]:
    """The layers' directories of an image, lowest first, as the machine sees them."""
    data = facts["GraphDriver"]["Data"]
    inside = [data["UpperDir"], *(data.get("LowerDir") or "").split(":")]
    return [slot.root / path.lstrip("/") for path in reversed(inside) if path]
