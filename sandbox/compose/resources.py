"""What a service may use: memory, processors, processes, in Compose's two spellings, and its other bounds."""

from __future__ import annotations

from sandbox.compose import shapes
from sandbox.compose.nodes import Json, Missing, Node, Scalar
from sandbox.compose.refusals import one

ULIMITS = (
    "core", "cpu", "data", "fsize", "locks", "memlock", "msgqueue", "nice", "nofile", "nproc", "rss", "rtprio",
    "sigpending", "stack",
)  # fmt: skip


def cpus(node: Node, key: str) -> Json:
    return shapes.number(node, key)


def cpus_text(node: Node, key: str) -> Json:
    """`deploy` wants a text."""
    return f"{shapes.number(node, key):g}"


def deploy(node: Node, key: str) -> Json:
    made = shapes.fields(node, key, _DEPLOY)
    return made or None


def _resources(node: Node, key: str) -> Json:
    made = shapes.fields(node, key, {"limits": _limits, "reservations": _reservations})
    return made or None


def _limits(node: Node, key: str) -> Json:
    return shapes.fields(node, key, {"cpus": cpus_text, "memory": _memory, "pids": shapes.integer}) or None


def _reservations(node: Node, key: str) -> Json:
    shape: dict[str, shapes.Shape] = {"cpus": cpus_text, "memory": _memory, "devices": _devices}
    return shapes.fields(node, key, {**shape, "generic_resources": _devices}) or None


def _memory(node: Node, key: str) -> Json:
    return str(shapes.size(node, key))


def _devices(node: Node, key: str) -> Json:
    raise Missing(key, "There are no devices here; leave that reservation out.", node.line)


def ulimits(node: Node, key: str) -> Json:
    found: dict[str, Json] = {}
    for name, entry in shapes.known(node, key, dict.fromkeys(ULIMITS)):
        if isinstance(entry.node, Scalar):
            value = shapes.integer(entry.node, name)
            found[name] = {"soft": value, "hard": value}
        else:
            both: dict[str, shapes.Shape] = {"soft": shapes.integer, "hard": shapes.integer}
            found[name] = shapes.fields(entry.node, name, both, ("soft", "hard"))
    return found


_DEPLOY: dict[str, shapes.Shape] = {
    "resources": _resources,
    "replicas": one,
    # For a swarm; `docker compose` reads over them too.
    **dict.fromkeys(
        ("mode", "labels", "update_config", "rollback_config", "restart_policy", "placement", "endpoint_mode"),
        shapes.ignored,
    ),
}
