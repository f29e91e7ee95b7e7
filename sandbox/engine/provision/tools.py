"""Layers of programs: what a compiler image holds, and what a learner's script about registries reaches for."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from sandbox.engine.paths import Layout
from sandbox.engine.provision import stack
from sandbox.engine.provision.parts import run

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
COMPILER = ("cpp-12", "g++-12", "gcc-12")
STARTS = ("libgcc-12-dev", "libstdc++-12-dev")  # what a program is linked with, below `build-tools` already
PROGRAMS = ("c++", "cpp", "g++", "gcc", "gcc-ar", "gcc-nm", "gcc-ranlib", "gcov")
PASSES = (
    "cc1",
    "cc1plus",
    "collect2",
    "liblto_plugin.so",
    "lto-wrapper",
)  # what `gcc` starts, and finds relative to itself
TRIPLET = "x86_64-linux-gnu"


def place_compilers(layout: Layout, root: Path, log: Path) -> None:
    """The compiler itself below /usr/local, where the namesake has its own: a copy of that directory contains it."""
    with tempfile.TemporaryDirectory(dir=layout.images, prefix="gcc-taken-") as taken:
        for name in (*COMPILER, *STARTS):
            run(["dpkg-deb", "-x", stack.deb(layout, name), taken], log)
        folder, passes = root / "usr/local/bin", root / f"usr/local/lib/gcc/{TRIPLET}/12"
        folder.mkdir(parents=True)
        passes.mkdir(parents=True)
        for name in PROGRAMS:
            program = Path(taken) / f"usr/bin/{TRIPLET}-{'g++' if name == 'c++' else name}-12"
            shutil.copy2(program, folder / name)
        for name in PASSES:
            shutil.copy2(Path(taken) / f"usr/lib/gcc/{TRIPLET}/12/{name}", passes / name)
        # A compiler that was moved looks for these next to its passes; they are here as links.
        for file in sorted(Path(taken, f"usr/lib/gcc/{TRIPLET}/12").glob("*.[aos]*")):
            if not (passes / file.name).exists():
                (passes / file.name).symlink_to(f"/usr/lib/gcc/{TRIPLET}/12/{file.name}")
    (folder / "cc").symlink_to("gcc")


def install_learners(layout: Layout, root: Path, log: Path) -> None:
    """Debian's packages, and cosign out of the engine tree, which Debian 12 does not have."""
    stack.install(layout, root, LEARNERS, log)
    (root / "usr/bin/python3").symlink_to("/usr/local/bin/python3")  # where the first line of many a script looks
    shutil.copy2(layout.tree / "usr/bin/cosign", root / "usr/local/bin/cosign")
