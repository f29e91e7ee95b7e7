"""One service: every key that may stand there, and the shape that it becomes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from sandbox.compose import mounts, ports, refusals, resources, shapes
from sandbox.compose.nodes import Entry, Json, Missing, Node, Scalar, Sequence, Table, Wrong

NAME = re.compile(r"[a-zA-Z0-9._-]{1,60}")
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
    if not NAME.fullmatch(name):
        raise Wrong(f"“{name[:60]}” is no name of a service; use letters, digits, - and _.", entry.line)
    lines = {key: at.line for key, at in shapes.table(entry.node, name).items()}
    settings = shapes.fields(entry.node, name, SHAPES)
    if "image" not in settings and "build" not in settings:
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
    for key, other in (("mem_limit", "memory"), ("pids_limit", "pids"), ("cpus", "cpus")):
        if not isinstance(limits, dict) or not settings.get(key):
            continue
        if other not in limits or float(str(limits[other])) != float(str(settings[key])):
            message = (
                f"“{key}” and “deploy.resources.limits.{other}” of “{name}” say different things; keep one of the two."
            )
            raise Wrong(message, lines[key])


def _build(node: Node, key: str) -> Json:
    """The learner's Dockerfile as the lab builds it, so that nothing can be said here that the build did not do."""
    if isinstance(node, Scalar):
        made: dict[str, Json] = {"context": shapes.text(node, key)}
    else:
        made = shapes.fields(node, key, _BUILD, ("context",))
    if str(made["context"]).rstrip("/") not in {".", ""}:
        raise Missing("build", "What is built here is the project's own folder: write “build: .”.", node.line)
    if str(made.get("dockerfile", "Dockerfile")).removeprefix("./") != "Dockerfile":
        raise Missing("build.dockerfile", "The file that is built here is “Dockerfile”.", node.line)
    return {"context": "."}


def _unbuilt(node: Node, key: str) -> Json:
    raise Missing(f"build.{key}", f"“{key}” does not reach the build here; write it into the Dockerfile.", node.line)


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
        return [f"{name}={shapes.text(entry.node, key)}" for name, entry in node.entries.items()]
    found: list[Json] = []
    for item in shapes.items(node, key):
        name, _, address = re.sub(r"^([^=:]*):", r"\1=", shapes.text(item, key)).partition("=")
        if not name or not address:
            raise Wrong("An extra host is NAME:ADDRESS.", item.line)
        found.append(f"{name}={address}")
    return found


def _size(node: Node, key: str) -> Json:
    return shapes.size(node, key)


_BUILD: dict[str, shapes.Shape] = {
    "context": shapes.text,
    "dockerfile": shapes.text,
    **dict.fromkeys(("tags", "labels", "no_cache", "pull", "cache_from", "cache_to", "platforms"), shapes.ignored),
    **dict.fromkeys(
        ("args", "target", "dockerfile_inline", "additional_contexts", "secrets", "ssh", "network", "privileged",
         "entitlements", "extra_hosts", "isolation", "shm_size", "ulimits"),
        _unbuilt,
    ),
}  # fmt: skip
_JOIN: dict[str, shapes.Shape] = {
    "aliases": shapes.texts,
    "ipv4_address": shapes.text,
    "priority": shapes.integer,
    "mac_address": shapes.ignored,
}
_DEPENDS: dict[str, shapes.Shape] = {
    "condition": shapes.choice("service_started", "service_healthy", "service_completed_successfully"),
    "required": shapes.boolean,
    "restart": shapes.ignored,
}
_HEALTH: dict[str, shapes.Shape] = {
    "test": shapes.command,
    "retries": shapes.integer,
    "disable": shapes.boolean,
    **dict.fromkeys(("interval", "timeout", "start_period", "start_interval"), shapes.duration),
}
SHAPES: dict[str, shapes.Shape] = {
    "image": shapes.text,
    "build": _build,
    "command": shapes.command,
    "entrypoint": shapes.command,
    "environment": shapes.pairs,
    "env_file": shapes.texts,
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
    "mem_limit": _size,
    "memswap_limit": _size,
    "mem_reservation": _size,
    "mem_swappiness": shapes.integer,
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
    "user": shapes.text,
    "group_add": shapes.texts,
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
    # Right to write; here the sandbox decides, or nothing depends on it.
    **dict.fromkeys(
        ("annotations", "attach", "cpu_count", "cpu_percent", "cpuset", "develop", "dns", "dns_opt", "dns_search",
         "logging", "mac_address", "oom_score_adj", "pull_policy", "restart", "stop_grace_period"),
        shapes.ignored,
    ),
    **dict.fromkeys(refusals.NEVER, refusals.never),
}  # fmt: skip
