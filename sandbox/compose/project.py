"""The whole file: services, networks, volumes, configs, secrets, and whether what they name is there."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from sandbox.compose import addresses, checking, mounts, schema, services, shapes
from sandbox.compose.given import Given
from sandbox.compose.loading import load
from sandbox.compose.nodes import Entry, Json, Missing, Node, Scalar, Sequence, Table, Wrong
from sandbox.compose.services import Service

_NAME = re.compile(r"[a-zA-Z0-9._-]+")
SERVICES = 12  # a submission's slot is small
Definition = dict[str, Json]


@dataclass(frozen=True, slots=True)
class Project:
    """What a compose.yaml says, without its spelling. `lines` of the networks' and volumes' names, by "kind.name"."""

    services: Mapping[str, Service]
    networks: Mapping[str, Definition] = field(default_factory=dict)
    volumes: Mapping[str, Definition] = field(default_factory=dict)
    configs: Mapping[str, Definition] = field(default_factory=dict)
    secrets: Mapping[str, Definition] = field(default_factory=dict)
    lines: Mapping[str, int] = field(default_factory=dict)


def read(text: str, given: Given) -> Project:
    """Wrong: no Compose file, with the line. Missing: what this sandbox never gives."""
    top = load(text)
    try:
        return _read(top, given)
    except (Wrong, Missing) as refused:
        refused.add(unset(top, refused.line))
        raise


def _read(top: Node, given: Given) -> Project:
    if not isinstance(top, Table):
        raise Wrong("The file has to be keys and values; it begins with “services:”.", top.line)
    schema.check(top)
    sections = dict(shapes.known(top, "compose.yaml", dict.fromkeys(_TOP)))
    if "include" in sections:
        raise Missing("include", "Other files cannot be included here; write one file.", sections["include"].line)
    if "services" not in sections:
        raise Wrong("“services” is missing; it lists what runs.", top.line)
    named = shapes.table(sections["services"].node, "services")
    found = {name: services.read(name, entry) for name, entry in named.items()}
    line = sections["services"].line
    if not found:
        raise Wrong("“services” is empty; it lists what runs.", line)
    if len(found) > SERVICES:
        raise Missing("services", f"A project has at most {SERVICES} services here; this has {len(found)}.", line)
    parts: dict[str, dict[str, Definition]] = {}
    lines: dict[str, int] = {}
    for section, reader in _SECTIONS.items():
        parts[section] = {}
        for name, entry in _named(sections.get(section), section).items():
            parts[section][name] = reader(entry, name)
            lines[f"{section}.{name}"] = entry.line
    project = Project(found, **parts, lines=lines)
    described = {"configs": project.configs, "secrets": project.secrets}
    checking.check(project.services, _there(project), given, described)
    addresses.check(project.networks, project.lines)
    return project


def unset(node: Node, line: int | None) -> str:
    """What to say of a line with a variable that has no value; "" where there is none."""
    if isinstance(node, Scalar):
        if node.line != line or not node.unset:
            return ""
        name = node.unset[0]
        return f"“{name}” is not set here, so this is “{str(node.value)[:60]}”; give it a default: ${{{name}:-value}}. "
    inside = node.items if isinstance(node, Sequence) else [entry.node for entry in node.entries.values()]
    return next((said for one in inside if (said := unset(one, line))), "")


def _named(entry: Entry | None, section: str) -> dict[str, Entry]:
    if entry is None or (isinstance(entry.node, Scalar) and entry.node.value is None):
        return {}
    found = dict(shapes.table(entry.node, section))
    for name, one in found.items():
        if not _NAME.fullmatch(name):
            raise Wrong(f"“{name[:60]}” is no name; use letters, digits, “.”, “-” and “_”.", one.line)
    return found


def _network(entry: Entry, name: str) -> Definition:
    return _definition(entry, name, _NETWORK)


def _volume(entry: Entry, name: str) -> Definition:
    return _definition(entry, name, _VOLUME)


def _definition(entry: Entry, name: str, shape: Mapping[str, shapes.Shape]) -> Definition:
    if isinstance(entry.node, Scalar) and entry.node.value is None:
        return {}
    return shapes.fields(entry.node, name, shape)


def _text(entry: Entry, name: str) -> Definition:
    made = shapes.fields(entry.node, name, _TEXT)
    if ("file" in made) == ("content" in made):
        raise Wrong(f"“{name}” needs either a file or a content.", entry.line)
    return made


def _secret(entry: Entry, name: str) -> Definition:
    return shapes.fields(entry.node, name, _TEXT, ("file",))


def _environment(node: Node, key: str) -> Json:
    raise Missing(key, "The environment is empty here; use a file of the project.", node.line)


def _external(node: Node, key: str) -> Json:
    if isinstance(node, Scalar) and node.value is False:
        return None
    raise Missing(key, "There is nothing outside of the project here; leave “external” out.", node.line)


def _options(node: Node, key: str) -> Json:
    if isinstance(node, Table) and not node.entries:
        return None
    raise Missing(key, f"“{key}” is not available here; the driver's defaults are used.", node.line)


def _driver(word: str) -> shapes.Shape:
    def driver(node: Node, key: str) -> Json:
        said = shapes.text(node, key)
        if said not in {word, "default"}:
            raise Missing(f"driver: {said}", f"The driver here is “{word}”, not “{said[:30]}”.", node.line)
        return None

    return driver


def _ipam(node: Node, key: str) -> Json:
    made = shapes.fields(node, key, {"driver": _driver("default"), "config": _subnets, "options": _options})
    return made or None


def _subnets(node: Node, key: str) -> Json:
    shape: dict[str, shapes.Shape] = {
        "subnet": addresses.subnet,
        "gateway": shapes.text,
        "ip_range": shapes.text,
        "aux_addresses": shapes.pairs,
    }
    return [shapes.fields(item, key, shape) for item in shapes.items(node, key)]


def _ipv4(node: Node, key: str) -> Json:
    if not shapes.boolean(node, key):
        raise Missing(key, "Every network has IPv4 here; leave “enable_ipv4” out.", node.line)
    return None


def _there(project: Project) -> dict[str, set[str]]:
    return {
        "networks": {*project.networks, "default"},
        "volumes": set(project.volumes),
        "configs": set(project.configs),
        "secrets": set(project.secrets),
    }


_TOP = ("services", "networks", "volumes", "configs", "secrets", "name", "version", "include")
_NETWORK: dict[str, shapes.Shape] = {
    "name": shapes.text,
    "driver": _driver("bridge"),
    "internal": shapes.boolean,
    "attachable": shapes.ignored,
    "labels": shapes.ignored,
    "enable_ipv4": _ipv4,
    "enable_ipv6": shapes.ignored,
    "ipam": _ipam,
    "driver_opts": _options,
    "external": _external,
}
_VOLUME: dict[str, shapes.Shape] = {
    "name": shapes.text,
    "driver": _driver("local"),
    "labels": shapes.ignored,
    "driver_opts": _options,
    "external": _external,
}
_TEXT: dict[str, shapes.Shape] = {
    "file": lambda node, key: mounts.folder(shapes.text(node, key), node.line),
    "content": shapes.text,
    "name": shapes.ignored,
    "labels": shapes.ignored,
    "environment": _environment,
    "external": _external,
    "template_driver": shapes.ignored,
}
_SECTIONS: Mapping[str, Callable[[Entry, str], Definition]] = {
    "networks": _network,
    "volumes": _volume,
    "configs": _text,
    "secrets": _secret,
}
