"""Subnets that a file names: which are offered, and that no two overlap.

The slot's own networks are in 100.64.0.0/10 (see `engine/slot/daemon.json`), which no file here can name.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator, Mapping

from sandbox.compose import shapes
from sandbox.compose.nodes import Json, Missing, Node, Wrong

Network = ipaddress.IPv4Network
OFFERED = tuple(map(ipaddress.IPv4Network, ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16")))


def subnet(node: Node, key: str) -> Json:
    """A private IPv4 network. Host bits are cut, as the engine cuts them."""
    said = shapes.text(node, key)
    try:
        network = ipaddress.ip_network(said, strict=False)
    except ValueError as error:
        raise Wrong(f"“{said[:40]}” is no network such as 172.28.0.0/16.", node.line) from error
    if not isinstance(network, Network):
        raise Missing("subnet", f"IPv6 subnets are not offered here, and {network} is one; leave it out.", node.line)
    if not any(network.subnet_of(one) for one in OFFERED):
        offered = ", ".join(map(str, OFFERED))
        raise Missing("subnet", f"Subnets here are in {offered}, and {network} is not.", node.line)
    return str(network)


def check(networks: Mapping[str, Mapping[str, Json]], lines: Mapping[str, int]) -> None:
    """Wrong: two networks have the same addresses, which the engine refuses when it makes the second."""
    seen: list[tuple[str, Network]] = []
    for name, network in networks.items():
        for own in _subnets(network):
            for other, taken in seen:
                if own.overlaps(taken):
                    message = f"The subnets of “{other}” and “{name}” overlap: {taken} and {own}."
                    raise Wrong(message, lines.get(f"networks.{name}"))
            seen.append((name, own))


def _subnets(network: Mapping[str, Json]) -> Iterator[Network]:
    ipam = network.get("ipam")
    config = ipam.get("config") if isinstance(ipam, dict) else None
    for one in config if isinstance(config, list) else []:
        if isinstance(one, dict) and "subnet" in one:
            yield ipaddress.IPv4Network(str(one["subnet"]))
