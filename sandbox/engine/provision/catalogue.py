"""`labs/images.toml` and `labs/packages.toml`, read strictly."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from sandbox.engine.provision.parts import PartFailed


@dataclass(frozen=True, slots=True)
class Image:
    """One catalogue image. `recipe` names the way to assemble it offline, "" when there is none."""

    name: str
    recipe: str = ""
    upstream_digest: str = ""
    cmd: tuple[str, ...] = ()
    env: tuple[str, ...] = ()
    moving: bool = False  # the tag is moved to newer builds upstream
    note: str = ""


@dataclass(frozen=True, slots=True)
class Packages:
    """What a slot's package index holds, with dependencies added by provisioning."""

    suite: str
    deb: tuple[str, ...]
    pip: tuple[str, ...]


def images(file: Path) -> list[Image]:
    known = {entry.name for entry in fields(Image)}
    result = []
    for entry in tomllib.loads(file.read_text()).get("image", []):
        if unknown := set(entry) - known:
            raise PartFailed(f"{file}: image {entry.get('name')}: unknown key {sorted(unknown)[0]}")
        values: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in entry.items()}
        result.append(Image(**values))
    return result


def packages(file: Path) -> Packages:
    data = tomllib.loads(file.read_text())
    return Packages(data["deb"]["suite"], tuple(data["deb"]["names"]), tuple(data["pip"]["requirements"]))
