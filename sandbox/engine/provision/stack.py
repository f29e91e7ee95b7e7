"""Layers assembled above each other: each is what one recipe changes in the root file system below it.

A layer is made in an overlay over the unpacked layers below, with the image's own apt and dpkg where it has them and
packages from the index on disk, so nothing here needs a network. What is removed becomes a whiteout as images write it.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import stat
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from sandbox.engine.paths import Layout
from sandbox.engine.provision.parts import PartFailed, fresh, run

ENVIRONMENT = {
    "PATH": "/usr/local/bin:/usr/local/sbin:/usr/sbin:/usr/bin:/sbin:/bin",
    "LANG": "C.UTF-8",
    "DEBIAN_FRONTEND": "noninteractive",
    "PYTHONDONTWRITEBYTECODE": "1",
}
_INDEX = "srv/slipway-index"  # where the package index is seen while a layer is made
_STARTS_NOTHING = "usr/sbin/policy-rc.d"


def tar_of(layout: Layout, name: str) -> Path:
    """The layer called `name`, as a tar file below `var/images`."""
    return layout.images / f"{name}.tar"


def make(layout: Layout, name: str, below: Sequence[str], change: Callable[[Path, Path], None]) -> None:
    """`var/images/NAME.tar`: what `change(root, log)` does to the layers `below`, lowest first."""
    log = layout.var / "log" / f"{name}.log"
    with tempfile.TemporaryDirectory(dir=layout.images, prefix=f"{name}-") as work:
        base = fresh(Path(work) / "base")
        for lower in below:
            _unpack(tar_of(layout, lower), base, log)
        upper = fresh(Path(work) / "upper")
        with _overlay(base, upper, Path(work)) as root:
            change(root, log)
        _whiteouts(upper, base)
        target = tar_of(layout, name)
        new = target.with_name(f"{name}.new.tar")
        run(["tar", "-cf", new, "-C", upper, "--numeric-owner", "--sort=name", "."], log)
        new.rename(target)


def install(layout: Layout, root: Path, names: Sequence[str], log: Path, *, suite_only: bool = False) -> None:
    """`apt-get install` in the image's root, from the package index on disk.

    `suite_only`: each of them in its lowest version of the index, which is the one without security updates.
    """
    wanted = [f"{name}={_version(deb(layout, name, oldest=True))}" if suite_only else name for name in names]
    index = root / _INDEX
    index.mkdir(parents=True)
    policy = root / _STARTS_NOTHING
    policy.write_text("#!/bin/sh\nexit 101\n")
    policy.chmod(0o755)
    sources = root / "etc/apt/slipway.list"
    sources.write_text(f"deb [trusted=yes] file:/{_INDEX} ./\n")
    subprocess.run(["mount", "--bind", layout.packages / "debian", index], check=True)
    options = ["-qq", "-o", f"Dir::Etc::SourceList=/{sources.relative_to(root)}", "-o", "APT::Sandbox::User=root"]
    options += ["-o", "Dir::Etc::SourceParts=/dev/null", "-o", "DPkg::Options::=--force-unsafe-io"]
    apt: list[str | Path] = ["chroot", root, "apt-get", *options]
    try:
        run([*apt, "update"], log, env=ENVIRONMENT)
        run([*apt, "install", "--yes", "--no-install-recommends", "--allow-downgrades", *wanted], log, env=ENVIRONMENT)
    finally:
        subprocess.run(["umount", "-l", index], check=True)
    index.rmdir()
    policy.unlink()
    sources.unlink()
    _tidy(root)


def _tidy(root: Path) -> None:
    """As the namesakes are left: no lists, no caches, no logs of how they were made."""
    for name in ("var/lib/apt/lists", "var/cache/apt", "var/cache/debconf", "var/log"):
        for file in (root / name).rglob("*"):
            if file.is_file() and not file.is_symlink():
                file.unlink()
    for name in ("var/lib/dpkg/status-old", "var/lib/dpkg/diversions-old", "var/lib/dpkg/statoverride-old"):
        (root / name).unlink(missing_ok=True)


def deb(layout: Layout, name: str, *, oldest: bool = False) -> Path:
    """The newest version of a package in the index, or the oldest. PartFailed: it is not there."""
    found = list((layout.packages / "debian").glob(f"{name}_*.deb"))
    if not found:
        raise PartFailed(f"the package index lacks {name}")
    chosen = found[0]
    for other in found[1:]:
        if _is_newer(_version(other), _version(chosen)) != oldest:
            chosen = other
    return chosen


def _version(file: Path) -> str:
    return subprocess.run(
        ["dpkg-deb", "-f", file, "Version"], capture_output=True, text=True, check=True
    ).stdout.strip()


def _is_newer(version: str, other: str) -> bool:
    return subprocess.run(["dpkg", "--compare-versions", version, "gt", other], check=False).returncode == 0


def _unpack(tar: Path, base: Path, log: Path) -> None:
    run(["tar", "-xpf", tar, "-C", base, "--numeric-owner"], log)
    for mark in list(base.rglob(".wh.*")):
        if mark.name == ".wh..wh..opq":
            raise PartFailed(f"{tar} replaces a directory, on which no other layer can be made")
        hidden = mark.with_name(mark.name.removeprefix(".wh."))
        mark.unlink()
        if hidden.is_dir() and not hidden.is_symlink():
            shutil.rmtree(hidden)
        else:
            hidden.unlink(missing_ok=True)


def _whiteouts(upper: Path, base: Path) -> None:
    """The overlay's marks of what was removed, as the marks of an image layer."""
    for folder, _, files in os.walk(upper):
        for name in files:
            path = Path(folder) / name
            status = path.lstat()
            if stat.S_ISCHR(status.st_mode) and status.st_rdev == 0:
                path.unlink()
                (path.parent / f".wh.{name}").touch()
        # Every new directory is marked; only one that took another's place hides something.
        if _is_opaque(Path(folder)) and (base / Path(folder).relative_to(upper)).is_dir():
            (Path(folder) / ".wh..wh..opq").touch()


def _is_opaque(folder: Path) -> bool:
    try:
        return os.getxattr(folder, "trusted.overlay.opaque") == b"y"
    except OSError:
        return False


@contextlib.contextmanager
def _overlay(base: Path, upper: Path, work: Path) -> Iterator[Path]:
    root, scratch = fresh(work / "root"), fresh(work / "scratch")
    options = f"lowerdir={base},upperdir={upper},workdir={scratch}"
    subprocess.run(["mount", "-t", "overlay", "overlay", "-o", options, root], check=True)
    try:
        devices = root / "dev"  # maintainers' scripts write to /dev/null; the layer itself gets no devices
        devices.mkdir(exist_ok=True)
        subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", devices], check=True)
        for name in ("null", "urandom"):
            (devices / name).touch()
            subprocess.run(["mount", "--bind", f"/dev/{name}", devices / name], check=True)
        yield root
    finally:
        subprocess.run(["umount", "-R", "-l", root], check=True)
