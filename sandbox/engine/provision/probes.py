"""Our small programs, compiled from source into the engine tree with the compiler that learners get.

Debian's packages are unpacked side by side and run in a throw-away root: nothing is installed on the machine.
"""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from sandbox.engine import probes
from sandbox.engine.paths import Layout
from sandbox.engine.probes import calls
from sandbox.engine.provision import debian
from sandbox.engine.provision.parts import PartFailed, fresh, replace, run

HERE = Path(probes.__file__).parent
SOURCE = HERE / "syscalls.c"
USERNS = HERE / "userns.c"
FOLDER = Path("usr/lib/slipway-probes")  # in the engine tree
# The compiler, the linker, and the libraries of theirs that a minimal Debian lacks. No C library: the probe has none.
PACKAGES = (
    *("gcc-12", "cpp-12", "binutils", "binutils-x86-64-linux-gnu", "libbinutils", "libctf0", "libctf-nobfd0"),
    *("libgprofng0", "libisl23", "libmpc3", "libmpfr6", "libjansson4"),
)
OPTIONS = (
    *("-Os", "-Wall", "-Wextra", "-Werror", "-ffreestanding", "-nostdlib", "-static", "-fno-pie", "-no-pie"),
    *("-fno-stack-protector", "-fno-asynchronous-unwind-tables", "-fcf-protection=none", "-s"),
    *(f"-Wl,--section-start=.results={calls.ADDRESS:#x}", "-Wl,--build-id=none", "-Wl,-z,noexecstack"),
)
# A program of 64 bits, for x86-64, that is loaded where it was linked to: only then the address of results holds.
MAGIC, KIND = b"\x7fELF\x02\x01\x01", b"\x02\x00\x3e\x00"


def make(layout: Layout) -> None:
    """`/usr/lib/slipway-probes/syscalls` and `userns` in the engine tree."""
    log = layout.var / "log" / "probes.log"
    with tempfile.TemporaryDirectory(dir=layout.images, prefix="probes-") as work:
        root = fresh(Path(work) / "root")
        run(["tar", "-xpf", debian.rootfs(layout), "-C", root, "--numeric-owner"], log)
        for name in PACKAGES:
            run(["dpkg-deb", "-x", _deb(layout, name), root], log)
        source, out = root / "src", root / "src" / "out"
        out.mkdir(parents=True)
        (source / "calls.h").write_text(calls.header())
        for file in (SOURCE, USERNS):
            shutil.copy(file, source)
            made = ["gcc-12", *OPTIONS, "-o", f"/src/out/{file.stem}", f"/src/{file.name}"]
            run(
                ["chroot", root, *made],
                log,
                env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LANG": "C", "TMPDIR": "/src"},
            )
        verify(out / "syscalls")
        replace(out, layout.tree / FOLDER)


def verify(program: Path) -> None:
    """PartFailed: it is not what the experiment runs and reads. Running it proves nothing: it never ends."""
    head = program.read_bytes()[:20]
    if head[:7] != MAGIC or head[16:20] != KIND or program.stat().st_size < calls.BYTES:
        raise PartFailed("the seccomp probe is no static program for this machine with a table of results")


def _deb(layout: Layout, name: str) -> Path:
    found = sorted((layout.packages / "debian").glob(f"{name}_*.deb"))
    if not found:
        raise PartFailed(f"the package index lacks {name}")
    return found[-1]
