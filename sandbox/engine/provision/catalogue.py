"""`labs/images.toml` and `labs/packages.toml`, read strictly."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Set
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from sandbox.engine.provision.parts import PartFailed
from sandbox.references import parse_name

_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Image:
    """One catalogue image. `recipe` names the way to assemble it offline, "" when there is none."""

    name: str
    recipe: str = ""
    upstream_digest: str = ""
    cmd: tuple[str, ...] = ()
    entrypoint: tuple[str, ...] = ()
    env: tuple[str, ...] = ()
    user: str = ""
    workdir: str = ""
    stop_signal: str = ""
    volumes: tuple[str, ...] = ()
    ports: tuple[str, ...] = ()  # "80/tcp"
    moving: bool = False  # the tag is moved to newer builds upstream
    same_as: str = ""  # another name of an image above, and nothing else
    probe: tuple[str, ...] = ()  # a command that must end well in it; the first word replaces the entry point
    note: str = ""

    @property
    def config(self) -> dict[str, Any]:
        """As an image's configuration says it; what is not given is left out."""
        said = {
            "Env": list(self.env),
            "Entrypoint": list(self.entrypoint),
            "Cmd": list(self.cmd),
            "User": self.user,
            "StopSignal": self.stop_signal,
            "Volumes": {path: {} for path in self.volumes},
            "ExposedPorts": {port: {} for port in self.ports},
        }
        return {**{key: value for key, value in said.items() if value}, "WorkingDir": self.workdir or "/"}


@dataclass(frozen=True, slots=True)
class Packages:
    """What a slot's package index holds, with dependencies added by provisioning."""

    suite: str
    deb: tuple[str, ...]
    pip: tuple[str, ...]
    older: tuple[str, ...] = ()  # Debian packages that are also here as the suite was released, unpatched
    exact: tuple[str, ...] = ()  # wheels without what they depend on: versions that cannot stand in one resolution


def images(file: Path) -> list[Image]:
    """The catalogue in the order of the file. PartFailed: it is not one."""
    data = _table(file)
    _only(data, {"image"}, str(file))
    result = [_image(entry, f"{file}: image {entry.get('name')}") for entry in data.get("image", [])]
    names = [image.name for image in result]
    if twice := {name for name in names if names.count(name) > 1}:
        raise PartFailed(f"{file}: {sorted(twice)[0]} stands there twice")
    for number, image in enumerate(result):
        if image.same_as and image.same_as not in names[:number]:
            raise PartFailed(f"{file}: {image.name} is the same as {image.same_as}, which does not stand above it")
    return result


def packages(file: Path) -> Packages:
    """PartFailed: the file does not say what is in the package index."""
    data = _table(file)
    _only(data, {"deb", "pip"}, str(file))
    try:
        deb, pip = data["deb"], data["pip"]
        _only(deb, {"suite", "names", "older"}, f"{file}: deb")
        _only(pip, {"requirements", "exact"}, f"{file}: pip")
        return Packages(
            suite=deb["suite"],
            deb=tuple(deb["names"]),
            pip=tuple(pip["requirements"]),
            older=tuple(deb.get("older", ())),
            exact=tuple(pip.get("exact", ())),
        )
    except KeyError as error:
        raise PartFailed(f"{file}: {error} is missing") from error


def _table(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise PartFailed(f"{file} cannot be read: {error}") from error


def _only(table: Mapping[str, Any], known: Set[str], where: str) -> None:
    if unknown := set(table) - known:
        raise PartFailed(f"{where}: unknown key {sorted(unknown)[0]}")


def _image(entry: Mapping[str, Any], where: str) -> Image:
    kinds = {field.name: type(field.default) for field in fields(Image)} | {"name": str}
    _only(entry, kinds.keys(), where)
    values: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in entry.items()}
    for key, value in values.items():
        if not isinstance(value, kinds[key]):
            raise PartFailed(f"{where}: {key} is of the wrong kind")
    image = Image(**{"name": "", **values})
    name = parse_name(image.name)
    if name is None or name.tag is None or not image.name.endswith(f":{name.tag}"):
        raise PartFailed(f"{where}: an image is named with its tag")
    if image.upstream_digest and not _DIGEST.fullmatch(image.upstream_digest):
        raise PartFailed(f"{where}: upstream_digest is sha256: and 64 hexadecimal digits")
    return image
