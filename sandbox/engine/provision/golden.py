"""The golden data root: every catalogue image loaded once, and passed through a registry to have a digest."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sandbox.engine import layers
from sandbox.engine.api import EngineError
from sandbox.engine.paths import Layout
from sandbox.engine.provision import index, source, tree
from sandbox.engine.provision.catalogue import Image
from sandbox.engine.provision.parts import PartFailed
from sandbox.engine.provision.source import Archive
from sandbox.engine.slot import Slot

VERSION = "1"
_REGISTRY = "127.0.0.1:5000"


def make(layout: Layout, images: list[Image], registry: str = "") -> None:
    """The golden data root and `stock.json`. `registry` is the address of one to pull from, "" for none."""
    pulled = source.pulled(layout, images, registry)  # before there is a slot to wait
    slot = Slot(layout, "golden")
    slot.roots.make(slot.data)
    stock: dict[str, Any] = {"images": {}, "packages": index.stock(layout)}
    slot.boot()
    try:
        slot.wait_ready()
        with _registry(slot):
            for image in images:
                archive = pulled.get(image.name) or source.assembled(layout, image)
                if archive is not None:
                    stock["images"][image.name] = _load(slot, image, archive)
        slot.stop()
    except EngineError as error:
        raise PartFailed(str(error)) from error
    finally:
        slot.kill()
    layout.golden.parent.mkdir(parents=True, exist_ok=True)
    layout.stock.write_text(json.dumps(stock, indent=1))
    slot.roots.keep(slot.data, layout.golden)


@contextmanager
def _registry(slot: Slot) -> Iterator[None]:
    command = ["nsenter", "--target", str(slot.init_pid), "--all", "--root", "--wd", "--"]
    command += ["docker-registry", "serve", "/usr/lib/slipway/registry.yml"]
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield
    finally:
        process.kill()
        process.wait()


def _load(slot: Slot, image: Image, archive: Archive) -> dict[str, Any]:
    """Load, push, pull: what the catalogue page and the source policy need to know about the image."""
    engine = slot.engine
    engine.timeout = 120
    with archive.file.open("rb") as stream:
        _no_error(engine.call("POST", "/images/load?quiet=1", stream))
    archive.file.unlink()
    repository, tag = image.name.rsplit(":", 1)
    passing = f"{_REGISTRY}/library/{repository}"
    engine.call("POST", f"/images/{quote(image.name, safe='')}/tag?repo={quote(passing, safe='')}&tag={tag}")
    push = _Push(slot)
    push.run(f"{passing}:{tag}")
    engine.call("DELETE", f"/images/{quote(passing, safe='')}:{tag}")
    _no_error(engine.call("POST", f"/images/create?fromImage={quote(repository, safe='')}&tag={tag}"))
    return _describe(slot, image, archive.source)


class _Push:
    """The engine insists on an X-Registry-Auth header, even an empty one; its own client knows how."""

    def __init__(self, slot: Slot) -> None:
        self.enter = ["nsenter", "--target", str(slot.init_pid), "--all", "--root", "--wd", "--"]

    def run(self, name: str) -> None:
        command = [
            *self.enter,
            "env",
            "HOME=/run",
            "docker",
            "-H",
            "unix:///run/engine/docker.sock",
            "push",
            "-q",
        ]
        done = subprocess.run([*command, name], capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise PartFailed(f"{name} could not be given a digest: {done.stderr}")


def _no_error(answer: Any) -> None:
    for line in answer if isinstance(answer, list) else [answer]:
        if isinstance(line, dict) and "error" in line:
            raise PartFailed(str(line["error"]))


def _describe(slot: Slot, image: Image, came_from: str) -> dict[str, Any]:
    facts = slot.engine.inspect_image(image.name)
    digests = [entry.split("@", 1)[1] for entry in facts["RepoDigests"] if _REGISTRY not in entry]
    if not digests:
        raise PartFailed(f"{image.name} has no digest after passing through the registry")
    found = layers.look(directories(slot, facts), layers.Query(), tree.SUBID)
    return {
        "id": facts["Id"],
        "digest": digests[0],
        "upstream_digest": image.upstream_digest or None,
        "source": came_from,
        "moving": image.moving,
        "size": facts["Size"],
        "diff_ids": facts["RootFS"]["Layers"],
        "setuid": {entry.path: asdict(entry)["sha256"] for entry in found if entry.visible},
    }


def directories(slot: Slot, facts: dict[str, Any]) -> list[Path]:
    """The layers' directories of an image, lowest first, as the machine sees them."""
    data = facts["GraphDriver"]["Data"]
    inside = [data["UpperDir"], *(data.get("LowerDir") or "").split(":")]
    return [slot.root / path.lstrip("/") for path in reversed(inside) if path]
