"""Layers of programs: what a compiler image holds, and what a learner's script about registries reaches for."""

from __future__ import annotations

import shutil
from pathlib import Path

from sandbox.engine.paths import Layout
from sandbox.engine.provision import stack

# What the full `python:` and `gcc:` images bring, without what no lab's app can use (image tools, databases).
BUILD = (
    "autoconf",
    "automake",
    "build-essential",
    "bzip2",
    "curl",
    "file",
    "git",
    "libbz2-dev",
    "libexpat1-dev",
    "libffi-dev",
    "liblzma-dev",
    "libncurses-dev",
    "libreadline-dev",
    "libsqlite3-dev",
    "libssl-dev",
    "libtool",
    "libyaml-dev",
    "openssh-client",
    "patch",
    "pkg-config",
    "procps",
    "unzip",
    "uuid-dev",
    "wget",
    "xz-utils",
    "zlib1g-dev",
)
LEARNERS = ("apache2-utils", "bc", "curl", "jq", "openssl", "procps", "skopeo", "wget")
COMPILERS = ("c++", "cpp", "g++", "gcc", "gcc-ar", "gcc-nm", "gcc-ranlib", "gcov")


def link_compilers(root: Path) -> None:
    """The namesake compiles its own below /usr/local: a script that names that path finds it here too."""
    folder = root / "usr/local/bin"
    folder.mkdir(parents=True)
    for name in COMPILERS:
        (folder / name).symlink_to(f"/usr/bin/{name}")
    (folder / "cc").symlink_to("gcc")


def install_learners(layout: Layout, root: Path, log: Path) -> None:
    """Debian's packages, and cosign out of the engine tree, which Debian 12 does not have."""
    stack.install(layout, root, LEARNERS, log)
    (root / "usr/bin/python3").symlink_to("/usr/local/bin/python3")  # where the first line of many a script looks
    shutil.copy2(layout.tree / "usr/bin/cosign", root / "usr/local/bin/cosign")
