"""Runs `docker compose` of the engine tree over our own file, as a stranger would be run.

As for the build client: an empty environment, nothing on its PATH, a process group of its own, bounded output and a
deadline. Compose's own behaviour is the point: what it keeps on `down`, what it makes anew, whom it waits for.
"""

from __future__ import annotations

import contextlib
import os
import selectors
import shutil
import signal
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

from sandbox.errors import SandboxError
from sandbox.logs import clean

PROJECT = "project"  # its name, and so the first part of every object's
OUTPUT_BYTES = 256 * 1024
_LOADER = "lib64/ld-linux-x86-64.so.2"
_LIBRARIES = "usr/lib/x86_64-linux-gnu"
_COMPOSE = "usr/libexec/docker/cli-plugins/docker-compose"
_BOUNDS = ("--fsize=16777216", "--cpu=60", "--core=0", "--nofile=1024")


@dataclass(frozen=True, slots=True)
class Ran:
    """How Compose ended. `stopped`: our own deadline ended it."""

    ok: bool
    seconds: float
    output: str  # cleaned and bounded
    stopped: bool = False


@dataclass(frozen=True, slots=True)
class Client:
    """Compose over one file in one slot."""

    docker: str
    tree: Path
    folder: Path  # an own directory: the file, the client's home and configuration

    def write(self, text: str) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / "compose.yaml").write_text(text, "utf-8")

    def up(self, seconds: float, *options: str) -> Ran:
        return self.run(["up", "--detach", "--no-build", *options], seconds)

    def down(self, seconds: float) -> Ran:
        """As a person types it: volumes stay."""
        return self.run(["down"], seconds)

    def run(self, arguments: list[str], seconds: float) -> Ran:
        """SandboxError when the client cannot be run or ended."""
        begun = time.monotonic()
        with subprocess.Popen(
            self._command(arguments),
            env=self._environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            cwd=self.folder,
            start_new_session=True,
        ) as process:
            try:
                output, stopped = _read(process, begun + seconds)
            finally:
                _end(process)
        ok = process.returncode == 0 and not stopped
        return Ran(ok, round(time.monotonic() - begun, 3), clean(output), stopped)

    def _command(self, arguments: list[str]) -> list[str]:
        # The tree's own loader and libraries: the client then runs on any distribution.
        program = [str(self.tree / _LOADER), "--library-path", str(self.tree / _LIBRARIES), str(self.tree / _COMPOSE)]
        options = ["--ansi=never", "--progress=quiet", f"--project-name={PROJECT}", "--file=compose.yaml"]
        bounds = [str(shutil.which("prlimit")), *_BOUNDS, "--"]
        return [*bounds, *program, *options, f"--project-directory={self.folder}", *arguments]

    def _environment(self) -> dict[str, str]:
        return {
            "PATH": "/nonexistent",
            "HOME": str(self.folder),
            "TMPDIR": str(self.folder),
            "LANG": "C.UTF-8",
            "NO_COLOR": "1",
            "COMPOSE_DISABLE_ENV_FILE": "1",
            "DOCKER_HOST": f"unix://{self.docker}",
            "DOCKER_CONFIG": str(self.folder),
        }


def _read(process: subprocess.Popen[bytes], deadline: float) -> tuple[bytes, bool]:
    """(the last of its output, whether the deadline came first)."""
    assert process.stdout is not None  # noqa: S101  # asked for with PIPE above
    descriptor, output = process.stdout.fileno(), b""
    with selectors.DefaultSelector() as selector:
        selector.register(descriptor, selectors.EVENT_READ)
        while (left := deadline - time.monotonic()) > 0:
            if not selector.select(left):
                continue
            data = os.read(descriptor, 65536)
            if not data:
                with contextlib.suppress(subprocess.TimeoutExpired):
                    process.wait(max(0.1, deadline - time.monotonic()))
                return output, process.poll() is None
            output = (output + data)[-OUTPUT_BYTES:]
    return output, True


def _end(process: subprocess.Popen[bytes]) -> None:
    for number, patience in ((signal.SIGTERM, 2.0), (signal.SIGKILL, 10.0)):
        if process.poll() is not None:
            return
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, number)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(patience)
    if process.poll() is None:
        raise SandboxError("the Compose client outlived SIGKILL")
