"""What the checks of a connection matrix share: a link in words."""

from __future__ import annotations

from labs.checks.describe import code
from sandbox.composefacts import Link

FILE = "compose.yaml"
WORDS = {
    "open": "connected",
    "refused": "reached, and refused by the machine there",
    "unreachable": "no way there",
    "silent": "no answer",
}


def link(tried: Link) -> str:
    """`web` → `db` port 5432: no answer"""
    where = "" if tried.target == "outside" else f" port {tried.port}"
    udp = "/udp" if tried.protocol == "udp" else ""
    target = "the outside" if tried.target == "outside" else code(tried.target)
    return f"{code(tried.source)} → {target}{where}{udp}: {WORDS[tried.reach]}"
