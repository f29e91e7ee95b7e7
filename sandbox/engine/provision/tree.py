"""The engine tree: a private Debian 13 root file system with the engine, assembled under `var/`.

The machine's own packages, apt sources and any Docker of its own stay untouched.
"""

from __future__ import annotations

from pathlib import Path

from sandbox.engine.paths import Layout
from sandbox.engine.provision.parts import fresh, replace, run

SUITE = "trixie"
PACKAGES = (
    "docker.io",
    "docker-cli",
    "docker-buildx",
    "docker-compose",
    "cosign",
    "docker-registry",
    "iptables",
    "iproute2",
    "nginx-light",
    "tini",
    "valkey-server",
)
# Root inside a slot's containers and RUN steps is this user outside: the first of 65536 that own nothing.
SUBID = 100_000
VERSION = "2"  # raise it when the tree must be made again on machines that have one


def make(layout: Layout) -> None:
    log = layout.var / "log" / "tree.log"
    new = layout.tree.with_name("tree.new")
    fresh(new)
    include = "--include=" + ",".join(PACKAGES)
    # A tree that a crash cuts short is made anew, so dpkg need not wait for the disk after each file.
    fast = "--dpkgopt=force-unsafe-io"
    run(["mmdebstrap", "--variant=minbase", "--skip=output/mknod", fast, include, SUITE, new], log)
    _finish(new)
    replace(new, layout.tree)


def _finish(tree: Path) -> None:
    """Mount points for what each slot brings, and the user that `userns-remap` looks for."""
    for name in ("usr/lib/slipway", "var/lib/docker", "srv", "var/lib/nginx"):
        (tree / name).mkdir(parents=True, exist_ok=True)
    _append(tree / "etc/passwd", f"dockremap:x:{SUBID}:{SUBID}::/:/usr/sbin/nologin\n")
    _append(tree / "etc/group", f"dockremap:x:{SUBID}:\n")
    for name in ("etc/subuid", "etc/subgid"):
        (tree / name).write_text(f"dockremap:{SUBID}:65536\n")
    (tree / "etc/resolv.conf").unlink(missing_ok=True)
    (tree / "etc/resolv.conf").write_text("# a slot has no way out\n")


def _append(file: Path, line: str) -> None:
    file.write_text(file.read_text() + line)
