"""`make setup`: everything a new machine lacks, in parallel, cached and verified. Runs under the system's Python.

Standard library only, since it is what installs the rest. Exits 0 also where no engine can run; what is missing
then stands in `var/no-engine`, which the runner and the tests read.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from functools import partial
from pathlib import Path

from sandbox.engine.host import missing
from sandbox.engine.paths import PROJECT, Layout, layout
from sandbox.engine.provision import all as engine
from sandbox.engine.provision.parts import Part, PartFailed, Setup, run

VENV = PROJECT / ".venv"
PYTHON_PACKAGES = "python packages"


def main() -> int:
    place = layout()
    place.var.mkdir(exist_ok=True)
    place.var.chmod(0o755)
    reason = missing()
    (place.var / "no-engine").write_text(reason) if reason else (place.var / "no-engine").unlink(missing_ok=True)
    try:
        if not reason:
            _tools(place)
        Setup(_parts(place, with_engine=not reason), place.stamps).run()
    except PartFailed as error:
        print(f"setup: {error}", file=sys.stderr)
        return 1
    if reason:
        print(f"setup: no sandbox engine here: {reason}", file=sys.stderr)
    return 0


def _parts(place: Layout, *, with_engine: bool) -> list[Part]:
    lock = PROJECT / "requirements" / "dev.txt"
    front = PROJECT / "package-lock.json"
    parts = [
        Part(
            PYTHON_PACKAGES,
            partial(_python_packages, place, lock),
            (VENV / "bin" / "celery",),
            (lock.read_text(),),
        ),
        Part("front-end packages", partial(_front, place), (PROJECT / "node_modules",), (front.read_text(),)),
    ]
    return parts + (engine.parts(place, VENV / "bin" / "python", (PYTHON_PACKAGES,)) if with_engine else [])


def _python_packages(place: Layout, lock: Path) -> None:
    log = place.var / "log" / "python-packages.log"
    if not (VENV / "bin" / "pip").exists():
        shutil.rmtree(VENV, ignore_errors=True)
        run([sys.executable, "-m", "venv", VENV], log)
    # uv installs the locked set several times faster than pip does, and checks the same hashes.
    hashed = ["install", "--quiet", "--require-hashes", "-r"]
    run([VENV / "bin" / "pip", *hashed, lock.with_name("uv.txt")], log)
    # The services may not write here, so each of their starts would compile Django anew.
    uv: list[str | Path] = [VENV / "bin" / "uv", "pip", *hashed, lock, "--compile-bytecode"]
    run(uv, log, env={**os.environ, "VIRTUAL_ENV": str(VENV)})


def _front(place: Layout) -> None:
    run(["npm", "ci", "--no-audit", "--no-fund"], place.var / "log" / "npm.log", cwd=PROJECT)


def _tools(place: Layout) -> None:
    """The programs of the machine's own distribution that set-up needs, installed only where they lack."""
    wanted = {"mmdebstrap": "mmdebstrap", "npm": "npm", "mkfs.ext4": "e2fsprogs", "dpkg-deb": "dpkg"}
    path = os.environ.get("PATH", "") + ":/usr/sbin:/sbin"
    lacking = sorted({package for tool, package in wanted.items() if not shutil.which(tool, path=path)})
    if subprocess.run([sys.executable, "-c", "import ensurepip"], capture_output=True, check=False).returncode:
        lacking.append("python3-venv")
    if not lacking:
        return
    print(f"  setup  installing {', '.join(lacking)}", file=sys.stderr)
    log = place.var / "log" / "apt.log"
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    run(["apt-get", "update"], log, env=quiet)
    run(["apt-get", "install", "--yes", "--no-install-recommends", *lacking], log, env=quiet)


if __name__ == "__main__":
    sys.exit(main())
