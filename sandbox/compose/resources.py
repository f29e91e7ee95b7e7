"""What a service may use: memory, processors, processes, in Compose's two spellings, and its other bounds."""

from __future__ import annotations

from sandbox.compose import shapes
from sandbox.compose.nodes import Json, Missing, Node, Scalar, Wrong
from sandbox.compose.refusals import one

ULIMITS = (
    "core", "cpu", "data", "fsize", "locks", "memlock", "msgqueue", "nice", "nofile", "nproc", "rss", "rtprio",
    "rttime", "sigpending", "stack",
)  # fmt: skip


def cpus(node: Node, key: str) -> Json:
    return shapes.number(node, key)


def cpus_text(node: Node, key: str) -> Json:
    """`deploy` wants a text."""
    return f"{shapes.number(node, key):g}"


def deploy(node: Node, key: str) -> Json:
    if isinstance(node, Scalar):  # left empty
        return None
    made = shapes.fields(node, key, _DEPLOY)
    return made or None


def _resources(node: Node, key: str) -> Json:
    made = shapes.fields(node, key, {"limits": _limits, "reservations": _reservations})
    return made or None


def _limits(node: Node, key: str) -> Json:
    return shapes.fields(node, key, {"cpus": cpus_text, "memory": _memory, "pids": shapes.integer}) or None


def _reservations(node: Node, key: str) -> Json:
    shape: dict[str, shapes.Shape] = {"cpus": cpus_text, "memory": _reserved, "devices": _devices}
    return shapes.fields(node, key, {**shape, "generic_resources": _devices}) or None


LEAST_MEMORY = 6 * 2**20  # the engine's own, see github.com/moby/moby, daemon/daemon_unix.go


def memory(node: Node, key: str) -> Json:
    """A limit. Wrong: less than the engine gives any container, as when a unit was forgotten."""
    found = shapes.size(node, key)
    if 0 < found < LEAST_MEMORY:
        said = shapes.printed(node) if isinstance(node, Scalar) else ""
        message = f"“{key}: {said}” is {found:,} bytes, and the engine gives no container less than 6 MB."
        raise Wrong(f"{message} Give the size its unit, such as {said}m." if said.isdigit() else message, node.line)
    return found


def _memory(node: Node, key: str) -> Json:
    return str(memory(node, key))


def _reserved(node: Node, key: str) -> Json:
    return str(shapes.size(node, key))


def _devices(node: Node, key: str) -> Json:
    raise Missing(key, "There are no devices here; leave that reservation out.", node.line)


def ulimits(node: Node, key: str) -> Json:
    found: dict[str, Json] = {}
    for name, entry in shapes.table(node, key).items():
        if name not in ULIMITS:
            raise Wrong(f"“{name[:30]}” is no ulimit; there are {', '.join(ULIMITS)}.", entry.line)
        if isinstance(entry.node, Scalar):
            value = shapes.integer(entry.node, name)
            found[name] = {"soft": value, "hard": value}
        else:
            both: dict[str, shapes.Shape] = {"soft": shapes.integer, "hard": shapes.integer}
            found[name] = shapes.fields(entry.node, name, both, ("soft", "hard"))
    return found


def _restart_policy(node: Node, key: str) -> Json:
    """As Compose takes it: when, and how often at most."""
    made = shapes.fields(node, key, _POLICY)
    condition = str(made.get("condition", "any"))
    if condition not in {"none", "on-failure", "any", ""}:
        raise Wrong("“condition” is one of none, on-failure, any.", node.line)
    return made


_POLICY: dict[str, shapes.Shape] = {
    "condition": shapes.text,
    "max_attempts": shapes.integer,
    "delay": shapes.ignored,
    "window": shapes.ignored,
}
_DEPLOY: dict[str, shapes.Shape] = {
    "resources": _resources,
    "replicas": one,
    "restart_policy": _restart_policy,
    # For a swarm; `docker compose` reads over them too.
    **dict.fromkeys(
        ("mode", "labels", "update_config", "rollback_config", "placement", "endpoint_mode"),
        shapes.ignored,
    ),
}
