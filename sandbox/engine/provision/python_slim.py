"""`python:3.11-slim` assembled from Debian's own Python 3.11, moved to where the namesake keeps it.

The namesake compiles CPython under /usr/local, with pip, `site-packages` and no "externally managed" marker, and
dpkg knows nothing of it. Debian's packages differ in all of that, so their files are taken out of the packages and
moved, and CPython's own install scheme is set back: in `sysconfig` by an edit, in `site`, which is frozen into the
program, by a `sitecustomize`; `ensurepip` gets the wheels that Debian leaves out, so that `python -m venv` works.
"""

from __future__ import annotations

import contextlib
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

from sandbox.engine.paths import Layout
from sandbox.engine.provision import debian
from sandbox.engine.provision.parts import PartFailed, fresh, run

VERSION = "3"
# What CPython's modules link to; the namesake installs the same libraries through apt.
LIBRARIES = (
    "ca-certificates",
    "libbz2-1.0",
    "libcrypt1",
    "libdb5.3",
    "libexpat1",
    "libffi8",
    "liblzma5",
    "libncursesw6",
    "libreadline8",
    "libsqlite3-0",
    "libssl3",
    "libtinfo6",
    "libuuid1",
    "media-types",
    "netbase",
    "tzdata",
    "zlib1g",
)
SOURCES = (
    "python3.11",
    "python3.11-minimal",
    "python3.11-venv",
    "libpython3.11-minimal",
    "libpython3.11-stdlib",
    "python3-distutils",
    "python3-lib2to3",
)
PIP = ("pip==24.0", "setuptools==65.5.1", "wheel==0.45.1")
LIB = Path("usr/local/lib/python3.11")


def make_layer(layout: Layout, python: Path) -> None:
    """`var/images/python-slim.tar`: the layer above `debian:12-slim`. `python` is one with pip, for the wheels."""
    log = layout.var / "log" / "python-slim.log"
    with tempfile.TemporaryDirectory(dir=layout.images, prefix="python-") as work:
        base = debian.unpack(layout, Path(work) / "base")
        upper = fresh(Path(work) / "upper")
        with _overlay(base, upper, Path(work)) as root:
            _install_libraries(layout, root, log)
            _install_python(layout, root, fresh(Path(work) / "taken"), log)
            _install_pip(root, python, log)
            _check(root)
        target = layer(layout)
        new = target.with_name("python-slim.new.tar")
        run(["tar", "-cf", new, "-C", upper, "--numeric-owner", "--xattrs", "."], log)
        new.rename(target)


def layer(layout: Layout) -> Path:
    return layout.images / "python-slim.tar"


@contextlib.contextmanager
def _overlay(base: Path, upper: Path, work: Path) -> Iterator[Path]:
    root, scratch = fresh(work / "root"), fresh(work / "scratch")
    options = f"lowerdir={base},upperdir={upper},workdir={scratch}"
    subprocess.run(["mount", "-t", "overlay", "overlay", "-o", options, root], check=True)
    try:
        devices = root / "dev"  # maintainers' scripts write to /dev/null; the layer itself gets no devices
        devices.mkdir(exist_ok=True)
        subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", devices], check=True)
        (devices / "null").touch()
        subprocess.run(["mount", "--bind", "/dev/null", devices / "null"], check=True)
        yield root
    finally:
        subprocess.run(["umount", "-R", "-l", root], check=True)


def _install_libraries(layout: Layout, root: Path, log: Path) -> None:
    """Unpack and configure with the image's own dpkg; no network, the packages are in the index already."""
    inside = fresh(root / "tmp" / "debs")
    installed = _installed(root)
    for name in _closure(layout, LIBRARIES, installed):
        shutil.copy(_deb(layout, name), inside)
    environment = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "DEBIAN_FRONTEND": "noninteractive", "LANG": "C"}
    for action in ("--unpack", "--configure"):
        names = [f"/tmp/debs/{d.name}" for d in inside.iterdir()] if action == "--unpack" else ["-a"]  # noqa: S108  # inside the image's root
        run(["chroot", root, "dpkg", action, *names], log, env=environment)
    shutil.rmtree(inside)
    for name in ("var/cache/debconf", "var/log"):
        for file in (root / name).rglob("*"):
            if file.is_file():
                file.unlink()


def _installed(root: Path) -> set[str]:
    status = (root / "var/lib/dpkg/status").read_text()
    return set(re.findall(r"^Package: (\S+)$", status, re.MULTILINE))


def _closure(layout: Layout, wanted: tuple[str, ...], installed: set[str]) -> list[str]:
    """`wanted` and what they depend on (first alternatives), without what the image has."""
    result: list[str] = []
    queue = [name for name in wanted if name not in installed]
    while queue:
        name = queue.pop(0)
        if name in result or name in installed:
            continue
        result.append(name)
        queue += [n for n in _depends(_deb(layout, name)) if n not in installed]
    return result


def _depends(deb: Path) -> list[str]:
    fields = subprocess.run(
        ["dpkg-deb", "-f", deb, "Depends", "Pre-Depends"], capture_output=True, text=True, check=True
    )
    words = re.sub(r"^(Pre-)?Depends:", ",", fields.stdout, flags=re.MULTILINE).split(",")
    names = [re.split(r"[ |(:]", word.strip(), maxsplit=1)[0] for word in words]
    return [name for name in names if name]


def _deb(layout: Layout, name: str) -> Path:
    found = sorted((layout.packages / "debian").glob(f"{name}_*.deb"))
    if not found:
        raise PartFailed(f"the package index lacks {name}")
    return found[-1]


def _install_python(layout: Layout, root: Path, taken: Path, log: Path) -> None:
    for name in SOURCES:
        run(["dpkg-deb", "-x", _deb(layout, name), taken], log)
    lib = root / LIB
    lib.parent.mkdir(parents=True, exist_ok=True)
    shutil.copytree(taken / "usr/lib/python3.11", lib, symlinks=True)
    for name in ("dist-packages", "EXTERNALLY-MANAGED"):
        target = lib / name
        shutil.rmtree(target) if target.is_dir() else target.unlink(missing_ok=True)
    (lib / "site-packages").mkdir()
    _set_back(lib)
    binary = root / "usr/local/bin/python3.11"
    shutil.copy2(taken / "usr/bin/python3.11", binary)
    for name in ("python3", "python"):
        (binary.parent / name).symlink_to("python3.11")


def _set_back(lib: Path) -> None:
    """CPython's own scheme again: `site-packages` below the prefix, `posix_prefix` by default."""
    _edit(lib / "sysconfig.py", r"def _get_preferred_schemes\(\):.*?(?=\ndef )", _PREFERRED_SCHEMES)
    (lib / "sitecustomize.py").unlink(missing_ok=True)
    (lib / "sitecustomize.py").write_text(_SITECUSTOMIZE)
    for file in lib.glob("_sysconfigdata_*.py"):
        _edit(file, r"'WHEEL_PKG_DIR': '[^']*'", f"'WHEEL_PKG_DIR': '/{LIB}/ensurepip/_bundled'")


_SITECUSTOMIZE = '''"""Site packages where CPython keeps them: this build's own `site` is frozen with another scheme."""
import os
import site
import sys


def getsitepackages(prefixes=None):
    """Return the site-packages directory of each prefix."""
    version = "python%d.%d" % sys.version_info[:2]
    folders = []
    for prefix in site.PREFIXES if prefixes is None else prefixes:
        folder = os.path.join(prefix, "lib", version, "site-packages")
        if prefix and folder not in folders:
            folders.append(folder)
    return folders


if sys.prefix == sys.base_prefix:
    site.getsitepackages = getsitepackages
    sys.path[:] = [path for path in sys.path if not path.endswith("/dist-packages")]
    for folder in getsitepackages():
        if os.path.isdir(folder):
            site.addsitedir(folder)
'''
_PREFERRED_SCHEMES = """def _get_preferred_schemes():
    return {"prefix": "posix_prefix", "home": "posix_home", "user": "posix_user"}

"""


def _edit(file: Path, pattern: str, text: str) -> None:
    new, count = re.subn(pattern, lambda _: text, file.read_text(), count=1, flags=re.DOTALL)
    if count != 1:
        raise PartFailed(f"{file.name}: Debian's version is not the one this recipe knows")
    file.write_text(new)


def _install_pip(root: Path, python: Path, log: Path) -> None:
    """pip, setuptools and wheel in `site-packages`, and their wheels where `ensurepip` looks for them."""
    bundled = root / LIB / "ensurepip" / "_bundled"
    bundled.mkdir(exist_ok=True)
    options: list[str | Path] = ["--quiet", "--no-deps", "--only-binary=:all:", "--dest", bundled]
    run([python, "-m", "pip", "download", *options, *PIP], log)
    # Debian's ensurepip refuses outside a virtual environment; pip can run from its own wheel instead.
    wheel = next(bundled.glob("pip-*.whl")).relative_to(root)
    quiet = [
        "--quiet",
        "--no-index",
        "--no-cache-dir",
        "--root-user-action=ignore",
        f"--find-links=/{wheel.parent}",
    ]
    command: list[str | Path] = [
        "chroot",
        root,
        "python",
        f"/{wheel}/pip",
        "install",
        *quiet,
        "pip",
        "setuptools",
        "wheel",
    ]
    run(command, log, env=_ENVIRONMENT)
    next(bundled.glob("wheel-*.whl")).unlink()


_ENVIRONMENT = {
    "PATH": "/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
    "LANG": "C.UTF-8",
    "PYTHONDONTWRITEBYTECODE": "1",
}


def _check(root: Path) -> None:
    """The image must behave like its namesake where a Dockerfile can tell; wrong is our failure, not a learner's."""
    code = (
        "import sys, site, sysconfig, ssl, sqlite3, ctypes, bz2, lzma, readline, zlib, uuid, distutils\n"
        "assert sys.prefix == '/usr/local', sys.prefix\n"
        "assert site.getsitepackages() == ['/usr/local/lib/python3.11/site-packages'], site.getsitepackages()\n"
        "assert sysconfig.get_path('purelib') == '/usr/local/lib/python3.11/site-packages'\n"
        "assert sysconfig.get_path('scripts') == '/usr/local/bin'\n"
        "import pip, setuptools\n"
    )
    for command in (["python", "-c", code], ["python", "-m", "venv", "/tmp/venv"], ["pip", "--version"]):  # noqa: S108  # inside the image's root
        done = subprocess.run(["chroot", root, *command], capture_output=True, text=True, check=False, env=_ENVIRONMENT)
        if done.returncode != 0:
            raise PartFailed(f"the assembled python:3.11-slim is not right:\n{done.stdout}{done.stderr}")
    shutil.rmtree(root / "tmp" / "venv")
