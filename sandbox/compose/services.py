"""One service: every key that may stand there, and the shape that it becomes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from sandbox.compose import builds, mounts, ports, refusals, resources, shapes
from sandbox.compose.nodes import Entry, Json, Missing, Node, Scalar, Sequence, Table, Wrong

NAME = 60  # characters
LAST_USER = 65535
_POLICY = re.compile(r"no|always|unless-stopped|on-failure(:\d{1,9})?")
_PORT = re.compile(r"\d{1,5}(-\d{1,5})?(/(tcp|udp))?")


@dataclass(frozen=True, slots=True)
class Service:
    """`settings` in Compose's long syntax, as JSON; `lines` of the keys that the file gives."""

    name: str
    line: int
    settings: Mapping[str, Json]
    lines: Mapping[str, int]


def read(name: str, entry: Entry) -> Service:
    """Wrong and Missing name the line."""
    if len(name) > NAME:
        raise Missing("name", f"A service's name has at most {NAME} characters here.", entry.line)
    lines = {key: at.line for key, at in shapes.table(entry.node, name).items()}
    settings = shapes.fields(entry.node, name, SHAPES)
    if not settings.get("image") and "build" not in settings:
        raise Wrong(f"“{name}” has neither an image nor a build; it needs one.", entry.line)
    _refuse_two_spellings(name, settings, lines)
    if "network_mode" in settings and "networks" in settings:
        raise Wrong(f"“{name}” has networks and a network mode; it can have one of the two.", lines["network_mode"])
    return Service(name, entry.line, settings, lines)


def _refuse_two_spellings(name: str, settings: Mapping[str, Json], lines: Mapping[str, int]) -> None:
    """Compose takes a bound in one of its two spellings, or the same in both."""
    deploy = settings.get("deploy")
    resources = deploy.get("resources") if isinstance(deploy, dict) else None
    limits = resources.get("limits") if isinstance(resources, dict) else None
    reserved = resources.get("reservations") if isinstance(resources, dict) else None
    for key, other, given in (
        ("mem_limit", "memory", limits),
        ("pids_limit", "pids", limits),
        ("cpus", "cpus", limits),
        ("mem_reservation", "memory", reserved),
    ):
        if not isinstance(given, dict) or not settings.get(key):
            continue
        if other not in given or float(str(given[other])) != float(str(settings[key])):
            below = "reservations" if given is reserved else "limits"
            both = f"“{key}” and “deploy.resources.{below}.{other}” of “{name}”"
            raise Wrong(f"{both} say different things; keep one of the two.", lines[key])


def _networks(node: Node, key: str) -> Json:
    if isinstance(node, Sequence):
        return {shapes.text(item, key): None for item in node.items}
    return {
        name: None if isinstance(entry.node, Scalar) and entry.node.value is None else _joined(entry.node, name)
        for name, entry in shapes.table(node, key).items()
    }


def _joined(node: Node, key: str) -> Json:
    return shapes.fields(node, key, _JOIN)


def _depends_on(node: Node, key: str) -> Json:
    if isinstance(node, Sequence):
        return {shapes.text(item, key): {"condition": "service_started", "required": True} for item in node.items}
    return {name: _condition(entry.node, name) for name, entry in shapes.table(node, key).items()}


def _condition(node: Node, key: str) -> Json:
    return {"required": True, **shapes.fields(node, key, _DEPENDS, ("condition",))}


def _healthcheck(node: Node, key: str) -> Json:
    made = shapes.fields(node, key, _HEALTH)
    test = made.get("test")
    if isinstance(test, list) and test and test[0] not in {"CMD", "CMD-SHELL", "NONE"}:
        raise Wrong("The list of a health check's test begins with CMD, CMD-SHELL or NONE.", node.line)
    return made


def _expose(node: Node, key: str) -> Json:
    found: list[Json] = []
    for item in shapes.items(node, key):
        said = shapes.text(item, key)
        if not _PORT.fullmatch(said):
            raise Wrong(f"“{said[:30]}” is no port.", item.line)
        found.append(said)
    return found


def _hosts(node: Node, key: str) -> Json:
    """NAME:ADDRESS, NAME=ADDRESS, or a table."""
    if isinstance(node, Table):
        return [f"{name}={one}" for name, entry in node.entries.items() for one in shapes.texts(entry.node, key)]
    found: list[Json] = []
    for item in shapes.items(node, key):
        name, _, address = re.sub(r"^([^=:]*):", r"\1=", shapes.text(item, key)).partition("=")
        if not name or not address:
            raise Wrong("An extra host is NAME:ADDRESS.", item.line)
        found.append(f"{name}={address}")
    return found


def _size(node: Node, key: str) -> Json:
    return shapes.size(node, key)


def _env_files(node: Node, key: str) -> Json:
    """One long entry a file; `required` is left out where it is."""
    found: list[Json] = []
    for item in node.items if isinstance(node, Sequence) else (node,):
        if isinstance(item, Scalar):
            made: dict[str, Json] = {"path": shapes.text(item, key)}
        else:
            made = shapes.fields(item, key, _ENV_FILE, ("path",))
        if made.pop("required", True) is False:
            made["required"] = False
        made["path"] = mounts.folder(str(made["path"]), item.line)
        found.append(made)
    return found


def _user(node: Node, key: str) -> Json:
    said = shapes.text(node, key)
    for part in said.split(":"):
        _mapped(part, key, node.line)
    return said


def _groups(node: Node, key: str) -> Json:
    found = shapes.texts(node, key)
    for item, said in zip(shapes.items(node, key), found, strict=True):
        _mapped(str(said), key, item.line)
    return found


def _mapped(said: str, key: str, line: int) -> None:
    """Containers here have a user namespace of 65,536 numbers."""
    if said.isdecimal() and int(said[:12]) > LAST_USER:
        raise Missing(f"{key}: {said}", f"User numbers go up to {LAST_USER:,} here, and {said[:20]} is above.", line)


def _restart(node: Node, key: str) -> Json:
    said = shapes.text(node, key)
    if said and not _POLICY.fullmatch(said):
        raise Wrong(f"“{key}” is one of no, always, on-failure, on-failure:N and unless-stopped.", node.line)
    return said or None


_JOIN: dict[str, shapes.Shape] = {
    "aliases": shapes.texts,
    "ipv4_address": shapes.text,
    "priority": shapes.integer,
    "mac_address": shapes.ignored,
}
_ENV_FILE: dict[str, shapes.Shape] = {
    "path": shapes.text,
    "required": shapes.boolean,
    "format": shapes.choice("raw"),
}
_DEPENDS: dict[str, shapes.Shape] = {
    "condition": shapes.choice("service_started", "service_healthy", "service_completed_successfully"),
    "required": shapes.boolean,
    "restart": shapes.ignored,
}
_HEALTH: dict[str, shapes.Shape] = {
    "test": shapes.command,
    "retries": shapes.count,
    "disable": shapes.boolean,
    **dict.fromkeys(("interval", "timeout", "start_period", "start_interval"), shapes.duration),
}
SHAPES: dict[str, shapes.Shape] = {
    "image": shapes.text,
    "build": builds.build,
    "command": shapes.command,
    "entrypoint": shapes.command,
    "environment": shapes.pairs,
    "env_file": _env_files,
    "labels": shapes.pairs,
    "ports": ports.ports,
    "expose": _expose,
    "volumes": mounts.volumes,
    "tmpfs": mounts.tmpfs,
    "configs": mounts.grants,
    "secrets": mounts.grants,
    "networks": _networks,
    "network_mode": refusals.network_mode,
    "links": shapes.texts,
    "depends_on": _depends_on,
    "healthcheck": _healthcheck,
    "extra_hosts": _hosts,
    "deploy": resources.deploy,
    "mem_limit": resources.memory,
    "memswap_limit": _size,
    "mem_reservation": _size,
    "mem_swappiness": _size,
    "pids_limit": shapes.integer,
    "cpus": resources.cpus,
    "cpu_shares": shapes.integer,
    "cpu_quota": shapes.integer,
    "cpu_period": shapes.integer,
    "shm_size": _size,
    "ulimits": resources.ulimits,
    "read_only": shapes.boolean,
    "init": shapes.boolean,
    "tty": shapes.boolean,
    "stdin_open": shapes.boolean,
    "user": _user,
    "group_add": _groups,
    "working_dir": shapes.text,
    "hostname": shapes.text,
    "domainname": shapes.text,
    "container_name": shapes.text,
    "stop_signal": shapes.text,
    "profiles": shapes.texts,
    "cap_add": refusals.added,
    "cap_drop": refusals.dropped,
    "security_opt": refusals.security,
    "privileged": refusals.privileged,
    "ipc": refusals.ipc,
    "platform": refusals.platform,
    "scale": refusals.one,
    "restart": _restart,
    "stop_grace_period": shapes.duration,
    # Right to write; here the sandbox decides, or nothing depends on it.
    **dict.fromkeys(
        ("annotations", "attach", "cpu_count", "cpu_percent", "cpuset", "develop", "dns", "dns_opt", "dns_search",
         "logging", "mac_address", "oom_score_adj", "pull_policy", "pull_refresh_after"),
        shapes.ignored,
    ),
    **dict.fromkeys(refusals.NEVER, refusals.never),
    **dict.fromkeys(("oom_kill_disable", "use_api_socket"), refusals.off),
}  # fmt: skip
