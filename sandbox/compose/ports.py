"""`ports`: the short and the long syntax → one long entry a port."""

from __future__ import annotations

import ipaddress
import re

from sandbox.compose import shapes
from sandbox.compose.nodes import Json, Missing, Node, Scalar, Wrong

MOST = 64  # ports of one service, ranges written out
_ANY = {None, "", "0"}  # the engine chooses
_RANGE = re.compile(r"(\d{1,5})(?:-(\d{1,5}))?")
_SHORT = re.compile(
    r"(?:(?:(?P<ip>\[[^\]]*\]|[^:\[\]]*):)?(?P<host>[\d-]*):)?(?P<target>[\d-]+)(?:/(?P<protocol>\w+))?"
)


def ports(node: Node, key: str) -> Json:
    found: list[Json] = []
    for item in shapes.items(node, key):
        found += _short(item) if isinstance(item, Scalar) else [_long(item)]
        if len(found) > MOST:
            raise Missing("ports", f"A service may publish {MOST} ports here.", item.line)
    return found


def _short(node: Scalar) -> list[Json]:
    said = shapes.text(node, "ports")
    parts = _SHORT.fullmatch(said) if len(said) <= 100 else None
    if parts is None:
        raise Wrong(f'“{said[:40]}” is no port; write HOST:CONTAINER, such as "8080:8080".', node.line)
    targets = _ports(parts["target"], node.line)
    hosts = _ports(parts["host"], node.line) if parts["host"] not in _ANY else []
    if len(hosts) > 1 and len(targets) == 1:  # the engine takes the first of them that is free
        hosts, published = [], f"{hosts[0]}-{hosts[-1]}"
    else:
        published = ""
    if hosts and len(hosts) != len(targets):
        raise Wrong("Both ranges of ports need the same length.", node.line)
    common: dict[str, Json] = {"protocol": _protocol(parts["protocol"] or "tcp", node.line), "mode": "ingress"}
    if parts["ip"]:
        common["host_ip"] = _address(parts["ip"].strip("[]"), node.line)
    made: list[Json] = []
    for number, target in enumerate(targets):
        host = str(hosts[number]) if hosts else published
        made.append({"target": target, **({"published": host} if host else {}), **common})
    return made


def _long(node: Node) -> Json:
    made = shapes.fields(node, "ports", _LONG, ("target",))
    if made.get("published") in _ANY:
        made.pop("published", None)
    return {"protocol": "tcp", "mode": "ingress", **made}


def _target(node: Node, key: str) -> Json:
    return _one(shapes.integer(node, key), node.line)


def _published(node: Node, key: str) -> Json:
    if shapes.text(node, key) in _ANY:
        return None
    numbers = _ports(shapes.text(node, key), node.line)
    return str(numbers[0]) if len(numbers) == 1 else f"{numbers[0]}-{numbers[-1]}"


def _ports(said: str, line: int) -> list[int]:
    parts = _RANGE.fullmatch(said)
    if parts is None:
        raise Wrong(f"“{said[:40]}” is no port.", line)
    first = _one(int(parts[1]), line)
    last = _one(int(parts[2]), line) if parts[2] else first
    if last < first:
        raise Wrong(f"“{said[:40]}” is no range of ports; a range goes up.", line)
    if last >= first + MOST:
        raise Missing("ports", f"A range has at most {MOST} ports here.", line)
    return list(range(first, last + 1))


def _one(port: int, line: int) -> int:
    if not 1 <= port <= 65535:
        raise Wrong(f"{port} is no port; there are 1 to 65535.", line)
    return port


def _protocol(said: str, line: int) -> str:
    if said.lower() == "sctp":
        raise Missing("sctp", "The protocol sctp is not offered here; there are tcp and udp.", line)
    if said.lower() not in {"tcp", "udp"}:
        raise Wrong(f"“{said[:20]}” is no protocol; there are tcp and udp.", line)
    return said.lower()


def _address(said: str, line: int) -> str:
    try:
        return str(ipaddress.ip_address(said))
    except ValueError as error:
        raise Wrong(f"“{said[:40]}” is no address of a machine.", line) from error


_LONG: dict[str, shapes.Shape] = {
    "target": _target,
    "published": _published,
    "protocol": lambda node, key: _protocol(shapes.text(node, key), node.line),
    "host_ip": lambda node, key: _address(shapes.text(node, key), node.line),
    "mode": shapes.ignored,  # for a swarm
    "name": shapes.ignored,
    "app_protocol": shapes.ignored,
}
