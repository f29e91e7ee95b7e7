"""The model → the file that Compose gets: only what the model can say, and the sandbox's own terms on top.

`plain` is the model alone (reading it again gives the same model); `ours` is what runs.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from sandbox.compose import bounds, envfile, health
from sandbox.compose.checking import entries
from sandbox.compose.given import Given
from sandbox.compose.nodes import Json
from sandbox.compose.project import Project
from sandbox.compose.services import Service
from sandbox.limits import MB, Limits

GROUP = "/run"  # the slot's control group of containers, as the engine is told for every other container
LOGGING: dict[str, Json] = {
    "driver": "local",
    "options": {"max-size": "1m", "max-file": "1", "compress": "false"},
}
SHARED_MEMORY = 64 * MB  # Docker's own; it counts as the container's memory
STOP_MS, LONGEST_STOP_MS = 2000, 10_000  # from a container's stop signal to its kill
# Ports of the slot's own: a service that is published there lies behind another, and is told as if it did not.
TAKEN = {80: 50080}
_NOT_OURS = ("build", "configs", "env_file", "secrets")  # become something else below
_PAIRS = re.compile(r"\\ud([89ab][0-9a-f]{2})\\ud([c-f][0-9a-f]{2})")


@dataclass(frozen=True, slots=True)
class Terms:
    """What holds for one run. `built`: the learner's image. `files`: the volume with the project's files."""

    given: Given
    limits: Limits
    built: str | None = None
    files: str = "slipway-files"
    check: Callable[[str], dict[str, Json]] = lambda image: {}  # an image's own health check


def plain(project: Project) -> dict[str, Json]:
    """Everything that was read, in the long syntax."""
    services: dict[str, Json] = {name: dict(service.settings) for name, service in project.services.items()}
    return {
        "services": services,
        "networks": dict(project.networks),
        "volumes": dict(project.volumes),
        "configs": dict(project.configs),
        "secrets": dict(project.secrets),
    }


def ours(project: Project, terms: Terms) -> dict[str, Json]:
    """What Compose runs."""
    waited = health.waited_for(project.services)
    services: dict[str, Json] = {name: _service(one, terms, name in waited) for name, one in project.services.items()}
    networks: dict[str, Json] = {
        name: {
            **project.networks.get(name, {}),
            "driver": "bridge",
            "driver_opts": {"com.docker.network.bridge.enable_ip_masquerade": "false"},
        }
        for name in {**project.networks, "default": None}
    }
    volumes: dict[str, Json] = {**project.volumes, terms.files: {"name": terms.files, "external": True}}
    return {"services": services, "networks": networks, "volumes": volumes}


def written(data: Mapping[str, Json]) -> str:
    """JSON that is YAML too: `$` doubled, since Compose fills in variables, and nothing but ASCII."""
    text = json.dumps(_doubled(dict(data)), ensure_ascii=True, indent=1)
    return _PAIRS.sub(lambda pair: _one(int("d" + pair[1], 16), int("d" + pair[2], 16)), text)


def _one(high: int, low: int) -> str:
    r"""YAML knows no pairs of surrogates: \ud83d\ude00 is \U0001f600."""
    return f"\\U{0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00):08x}"


def _doubled(value: Json) -> Json:
    if isinstance(value, str):
        return value.replace("$", "$$")
    if isinstance(value, list):
        return [_doubled(one) for one in value]
    if isinstance(value, dict):
        return {name: _doubled(one) for name, one in value.items()}
    return value


def _service(service: Service, terms: Terms, waited: bool) -> Json:
    own: dict[str, Json] = {name: value for name, value in service.settings.items() if name not in _NOT_OURS}
    built = "build" in service.settings
    own["image"] = terms.built if built else terms.given.image(str(own["image"]))
    environment = _environment(service, terms)
    if environment:
        own["environment"] = environment
    mounts = [*_volumes(service, terms), *_granted(service, terms)]
    if mounts:
        own["volumes"] = mounts
    if "ports" in own:
        own["ports"] = [_published(port) for port in entries(own["ports"])]
    # A learner's seccomp profile is read and not loaded: it would take Docker's default one from a learner's program.
    own["security_opt"] = ["no-new-privileges:true"]
    given, ulimits = own.get("healthcheck"), own.get("ulimits")
    if waited:
        check = {**terms.check(str(own["image"])), **(given if isinstance(given, dict) else {})}
        own["healthcheck"] = health.hurried(check)
    if isinstance(ulimits, dict):
        own["ulimits"] = bounds.ulimits(ulimits)
    own["shm_size"] = own.get("shm_size") or SHARED_MEMORY
    own["restart"] = _restart(own)
    stop = int(str(own.get("stop_grace_period") or STOP_MS).removesuffix("ms"))
    own["stop_grace_period"] = f"{min(stop, LONGEST_STOP_MS)}ms"
    return {**own, **bounds.bounds(service, terms.limits), **_TERMS}


def _restart(own: Mapping[str, Json]) -> str:
    """The policy of `deploy` wins, as in Compose."""
    deploy = own.get("deploy")
    policy = deploy.get("restart_policy") if isinstance(deploy, dict) else None
    if not isinstance(policy, dict):
        return str(own.get("restart") or "no")
    word = {"none": "no", "on-failure": "on-failure"}.get(str(policy.get("condition", "any")), "always")
    most = int(str(policy.get("max_attempts") or 0))
    return f"{word}:{most}" if word == "on-failure" and most else word


_TERMS: dict[str, Json] = {
    "cgroup_parent": GROUP,
    "ipc": "private",
    "logging": LOGGING,
    "oom_score_adj": 500,
    "pull_policy": "never",
}


def _published(port: Json) -> Json:
    assert isinstance(port, dict)  # noqa: S101  # as `ports` made it
    wanted = str(port.get("published", ""))
    return {**port, "published": str(TAKEN[int(wanted)])} if wanted.isdigit() and int(wanted) in TAKEN else port


def _environment(service: Service, terms: Terms) -> dict[str, Json]:
    """The lines of its `env_file`s, and above them what stands in `environment`."""
    found: dict[str, Json] = {}
    for one in entries(service.settings.get("env_file")):
        assert isinstance(one, dict)  # noqa: S101  # as `services` made it
        if one.get("required", True) or str(one["path"]).removeprefix("./") in terms.given.files:
            found |= envfile.read(terms.given.text(str(one["path"]), 0), raw=one.get("format") == "raw")
    given = service.settings.get("environment")
    return {**found, **(given if isinstance(given, dict) else {})}


def _volumes(service: Service, terms: Terms) -> list[Json]:
    """The engine cannot see the project's folder: a mount of it is one of the volume that holds the same files."""
    found: list[Json] = []
    for mount in entries(service.settings.get("volumes")):
        assert isinstance(mount, dict)  # noqa: S101  # as `mounts` made it
        if mount["type"] == "bind":
            path = str(mount["source"]).removeprefix(".").strip("/")
            own = {"type": "volume", "source": terms.files, "target": mount["target"]}
            inside: dict[str, Json] = {"subpath": f"project/{path}".rstrip("/"), "nocopy": True}
            found.append({**mount, **own, "volume": inside})
        else:
            found.append(mount)
    return found


def _granted(service: Service, terms: Terms) -> list[Json]:
    found: list[Json] = []
    for section in ("configs", "secrets"):
        for grant in entries(service.settings.get(section)):
            assert isinstance(grant, dict)  # noqa: S101  # as `mounts` made it
            inside: Json = {"subpath": f"{section}/{grant['source']}", "nocopy": True}
            mount: dict[str, Json] = {"type": "volume", "source": terms.files, "target": grant["target"]}
            found.append({**mount, "read_only": True, "volume": inside})
    return found
