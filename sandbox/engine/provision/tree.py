"""The engine tree: a private Debian root file system with the engine, assembled under `var/`.

The machine's own packages, apt sources and any Docker of its own stay untouched.
"""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path

from sandbox.engine.paths import Layout
from sandbox.engine.provision.parts import PartFailed, fresh, replace, run

SETTING = "SLIPWAY_ENGINE_SUITE"
TESTING, STABLE = "forky", "trixie"
SUITES = (TESTING, STABLE)  # docs/engine.md compares them
# The newer engine sets modes of files that it copies into a container with fchmodat2, which Linux has since 6.6. On
# Debian 12's 6.1 such a copy fails ("chmod …: via /proc/self/fd/37: no such file or directory").
TESTING_NEEDS = (6, 6)
PACKAGES = (
    "docker.io",
    "docker-cli",
    "docker-buildx",
    "docker-compose",
    "docker-registry",
    "iptables",
    "iproute2",
    "nginx-light",
    "tini",
    "valkey-server",  # binaries only: the runner starts the embedded Redis from here
)
# Root inside a slot's containers and RUN steps is this user outside: the first of 65536 that own nothing.
SUBID = 100_000


def suite() -> str:
    """Return the Debian suite that the engine comes from: the setting's, else the newest that this kernel can run.

    PartFailed: the setting names none of SUITES.
    """
    wanted = os.environ.get(SETTING, "").strip() or (TESTING if kernel() >= TESTING_NEEDS else STABLE)
    if wanted not in SUITES:
        raise PartFailed(f"{SETTING} is {wanted!r}; it can be {' or '.join(SUITES)}")
    return wanted


def kernel() -> tuple[int, int]:
    """Return the running kernel's version: (6, 1) for 6.1.0-57-cloud-amd64."""
    major, minor = re.findall(r"\d+", os.uname().release)[:2]
    return int(major), int(minor)


def make(layout: Layout, wanted: str) -> None:
    """Assemble the tree from the suite `wanted`."""
    log = layout.var / "log" / "tree.log"
    new = layout.tree.with_name("tree.new")
    fresh(new)
    include = "--include=" + ",".join(PACKAGES)
    # A tree that a crash cuts short is made anew, so dpkg need not wait for the disk after each file.
    fast = "--dpkgopt=force-unsafe-io"
    options = ["--variant=minbase", "--skip=output/mknod", fast, *_options(wanted), include]
    run(["mmdebstrap", *options, wanted, new], log)
    _add_cosign(new, log)
    _finish(new)
    replace(new, layout.tree)


def _options(wanted: str) -> tuple[str, ...]:
    """Accept a Release file of testing that has expired: it is valid for a week, and some mirrors are behind.

    For the engine tree alone, and apt still verifies the signature.
    """
    return ('--aptopt=Acquire::Check-Valid-Until "false"',) if wanted == TESTING else ()


def _add_cosign(tree: Path, log: Path) -> None:
    """Add testing's cosign, whichever suite the engine is from: the labs are written for cosign 3.

    Copy its changelog too, which names the version: no package manager knows of it here.
    """
    apart = fresh(tree.with_name("cosign.new"))
    run(["mmdebstrap", "--variant=extract", "--include=cosign", *_options(TESTING), TESTING, apart], log)
    for file in ("usr/bin/cosign", "usr/share/doc/cosign/changelog.Debian.gz"):
        (tree / file).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(apart / file, tree / file)
    shutil.rmtree(apart)


def _finish(tree: Path) -> None:
    """Add mount points for what each slot brings, and the user that `userns-remap` looks for."""
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
