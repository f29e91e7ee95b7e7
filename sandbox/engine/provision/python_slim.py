"""CPython 3.11 as the layer of the `python:` images: Debian's own Python 3.11, moved to where the namesakes keep it.

The namesake compiles CPython under /usr/local, with pip, `site-packages` and no "externally managed" marker, and
dpkg knows nothing of it. Debian's packages differ in all of that, so their files are taken out of the packages and
moved, and CPython's own install scheme is set back: in `sysconfig` by an edit, in `site`, which is frozen into the
program, by a `sitecustomize`; `ensurepip` gets the wheels that Debian leaves out, so that `python -m venv` works.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import tempfile
from pathlib import Path

from sandbox.engine.paths import Layout
from sandbox.engine.provision import stack
from sandbox.engine.provision.parts import PartFailed, fresh, run

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
_NEVER_IMPORTED = r"/(config-[^/]*|ensurepip|idlelib|lib2to3|pydoc_data|tkinter|test|turtledemo)/"


def change(layout: Layout, python: Path, root: Path, log: Path) -> None:
    """Put it into `root`, which has the LIBRARIES. `python` is an interpreter with pip, for the wheels."""
    with tempfile.TemporaryDirectory(dir=layout.images, prefix="python-taken-") as taken:
        _install_python(layout, root, fresh(Path(taken) / "files"), log)
    _install_pip(root, python, log)
    _check(root)


def _install_python(layout: Layout, root: Path, taken: Path, log: Path) -> None:
    for name in SOURCES:
        run(["dpkg-deb", "-x", stack.deb(layout, name), taken], log)
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
    # The namesake has no byte code either, and each start of an app or of pip without it compiles for a quarter second:
    # an app that may not write does so every time.
    compiling = ["chroot", str(root), "python", "-m", "compileall", "-q", "-x", _NEVER_IMPORTED, f"/{LIB}"]
    run(compiling, log, env=stack.ENVIRONMENT)


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
    run(command, log, env=stack.ENVIRONMENT)
    next(bundled.glob("wheel-*.whl")).unlink()


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
        done = subprocess.run(
            ["chroot", root, *command], capture_output=True, text=True, check=False, env=stack.ENVIRONMENT
        )
        if done.returncode != 0:
            raise PartFailed(f"the assembled Python is not right:\n{done.stdout}{done.stderr}")
    shutil.rmtree(root / "tmp" / "venv")
