"""The compiler of `gcc:`, moved below /usr/local, with what it looks for relative to its new place."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from sandbox.engine.paths import Layout
from sandbox.engine.provision import stack, tools
from sandbox.engine.provision.parts import run

HOME = f"lib/gcc/{tools.TRIPLET}/12"
# Headers, as links to where Debian's packages have them.
LINKS = (f"{HOME}/include", "include/c++", f"include/{tools.TRIPLET}/c++")


def place(layout: Layout, root: Path, log: Path) -> None:
    """Programs and passes as files, headers and libraries as links."""
    tools.place_compilers(layout, root, log)
    for name in LINKS:
        link = root / "usr/local" / name
        link.parent.mkdir(parents=True, exist_ok=True)
        link.symlink_to(f"/usr/{name}")
    with tempfile.TemporaryDirectory(dir=layout.images, prefix="gcc-taken-") as taken:
        run(["dpkg-deb", "-x", stack.deb(layout, "gcc-12"), taken], log)
        shutil.copy2(Path(taken) / "usr" / HOME / "lto1", root / "usr/local" / HOME / "lto1")
