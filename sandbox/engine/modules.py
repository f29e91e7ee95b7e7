"""Kernel modules that slots need and may not load themselves: loaded before a slot gives up its powers.

Distributions build most of them as modules and load them on demand. A slot has no CAP_SYS_MODULE and no module files,
so what nobody has loaded before would be missing inside, and `br_netfilter` is never loaded on demand: without it,
`icc: false` lets containers reach each other over a bridge. Standard library only.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

# Everything that an engine's bridges, firewall rules and file systems use, and the breaker's rules in an app's network.
MODULES = (
    *("overlay", "loop", "ext4", "tun", "veth", "bridge", "br_netfilter"),
    *("nf_tables", "nft_compat", "nft_chain_nat", "nf_nat", "nf_conntrack", "nf_reject_ipv4", "nf_reject_ipv6"),
    *("xt_addrtype", "xt_comment", "xt_conntrack", "xt_mark", "xt_MASQUERADE", "xt_nat", "xt_REDIRECT", "xt_tcpudp"),
    *("ipt_REJECT", "ip6t_REJECT", "xt_set", "ip_set", "ip_set_hash_net"),
)
_PATH = os.environ.get("PATH", "") + ":/usr/sbin:/sbin"  # where a user's PATH may not look
_NET = ["unshare", "--net", "sh", "-euc"]


def load() -> None:
    """Ask for every module. What is built in, already loaded or not to be had makes no difference: `missing` tries."""
    if modprobe := shutil.which("modprobe", path=_PATH):
        for name in MODULES:
            subprocess.run([modprobe, "--quiet", name], capture_output=True, check=False)


@dataclass(frozen=True, slots=True)
class Feature:
    """`works` tries it on this machine without leaving anything behind."""

    module: str
    words: str
    works: Callable[[], bool]


def missing() -> str:
    """The first feature that does not work, in one sentence; "" when all do. Root only."""
    load()
    for feature in FEATURES:
        if not feature.works():
            return (
                f"the kernel has no {feature.words} (module {feature.module}). Try `modprobe {feature.module}`; if "
                f"that fails, install the distribution's full kernel package, or reboot if the kernel was just upgraded"
            )
    return ""


def _overlay() -> bool:
    return "overlay" in Path("/proc/filesystems").read_text().split()


def _bridge_filter() -> bool:
    """A network namespace has the settings of br_netfilter only while the module is there."""
    return _succeeds([*_NET, "test -e /proc/sys/net/bridge/bridge-nf-call-iptables"])


def _link(kind: str) -> Callable[[], bool]:
    """Without `ip` this cannot be tried here; then the slot's own start decides."""
    return lambda: not shutil.which("ip", path=_PATH) or _succeeds([*_NET, f"ip link add slipway0 type {kind}"])


def _succeeds(command: list[str]) -> bool:
    environment = {**os.environ, "PATH": _PATH}
    return subprocess.run(command, capture_output=True, check=False, env=environment).returncode == 0


FEATURES: tuple[Feature, ...] = (
    Feature("overlay", "overlay file system", _overlay),
    Feature("veth", "virtual Ethernet pairs", _link("veth")),
    Feature("bridge", "network bridges", _link("bridge")),
    Feature("br_netfilter", "firewall for bridges", _bridge_filter),
)
