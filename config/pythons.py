"""The virtual environment: made with this Python, filled from the locks with uv. Standard library only."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from functools import partial
from pathlib import Path

from sandbox.engine.paths import PROJECT, Layout
from sandbox.engine.provision.parts import Part, PartFailed, run, say

VENV = PROJECT / ".venv"
PYTHON = VENV / "bin" / "python"
PYTHON_PACKAGES = "python packages"
TEST_PACKAGES = "python packages for tests"
_LOCKS = PROJECT / "requirements"
_HASHED = ("install", "--quiet", "--require-hashes", "-r")


class Stopped(Exception):
    """Set-up cannot go on. The message says what happened, `todo` what to do where that is known."""

    def __init__(self, message: str, todo: str = "") -> None:
        super().__init__(message)
        self.todo = todo


def web_packages(place: Layout) -> Part:
    lock = _LOCKS / "run.txt"
    inputs = (lock.read_text(), _version())
    return Part(PYTHON_PACKAGES, partial(_install_web, place, lock), (VENV / "bin" / "celery",), inputs, seconds=12.0)


def test_packages(place: Layout) -> Part:
    lock = _LOCKS / "dev.txt"
    inputs, make = (lock.read_text(), _version()), partial(_install, place, lock)
    done = VENV / "bin" / "pytest"
    return Part(TEST_PACKAGES, make, (done,), inputs, after=(PYTHON_PACKAGES,), seconds=10.0)


def _version() -> str:
    return f"{sys.version_info.major}.{sys.version_info.minor}"


def _install_web(place: Layout, lock: Path) -> None:
    _make_venv(place)
    # uv installs the locked set several times faster than pip does, and checks the same hashes.
    run([VENV / "bin" / "pip", *_HASHED, lock.with_name("uv.txt")], place.var / "log" / "python-packages.log")
    _install(place, lock)


def _install(place: Layout, lock: Path) -> None:
    # The services may not write here, so each of their starts would compile Django anew.
    command: list[str | Path] = [VENV / "bin" / "uv", "pip", *_HASHED, lock, "--compile-bytecode"]
    run(command, place.var / "log" / "python-packages.log", env={**os.environ, "VIRTUAL_ENV": str(VENV)})


def _make_venv(place: Layout) -> None:
    """With the Python that runs this; one that another Python made is replaced."""
    if _fits():
        return
    if not _can_make_venvs():
        _install_venv_package(place)
    shutil.rmtree(VENV, ignore_errors=True)
    run([sys.executable, "-m", "venv", VENV], place.var / "log" / "python-packages.log")


def _fits() -> bool:
    said = "import sys, pip; print('%d.%d' % sys.version_info[:2])"
    try:
        done = subprocess.run([PYTHON, "-c", said], capture_output=True, text=True, check=False)
    except OSError:
        return False
    return done.stdout.strip() == _version()


def _can_make_venvs() -> bool:
    return not subprocess.run([sys.executable, "-c", "import ensurepip"], capture_output=True, check=False).returncode


def _install_venv_package(place: Layout) -> None:
    """Debian and Ubuntu keep `venv` in a package of its own."""
    own = Path("/usr/bin/python3").resolve() == Path(sys.executable).resolve()
    package = "python3-venv" if own else f"python{_version()}-venv"
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        raise PartFailed(
            f"Python's `venv` module is missing. As root, run: apt-get install {package}. Then start again"
        )
    say(f"installing {package}")
    log, quiet = place.var / "log" / "apt.log", {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    run(["apt-get", "update"], log, env=quiet)
    run(["apt-get", "install", "--yes", "--no-install-recommends", package], log, env=quiet)
