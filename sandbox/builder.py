"""Runs one build: the buildx client of the engine tree as a stranger would be run, its progress read as it comes.

The client is the part most exposed to a learner's bytes, since it runs beside the worker: it gets an empty
environment, no git, no credentials, a process group of its own, bounded files and output, and a deadline.
"""

from __future__ import annotations

import json
import os
import selectors
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from sandbox.errors import SandboxError
from sandbox.limits import Limits
from sandbox.progress import Event, Progress

GATEWAY = "100.64.0.1"  # of the slot's default bridge, where its package index answers
TOMORROW = "198.18.0.53"  # on the slot's loopback: the same index with a newer version of every Python package
TERM_SECONDS = 3.0  # from SIGTERM to SIGKILL of the client; measured: a RUN step ends 0.7 s after either
CLIENT_FILE_BYTES = 64 * 1024 * 1024
CLIENT_CPU_SECONDS = 120
READ_BYTES = 64 * 1024
_LOADER = "lib64/ld-linux-x86-64.so.2"
_LIBRARIES = "usr/lib/x86_64-linux-gnu"
_BUILDX = "usr/libexec/docker/cli-plugins/docker-buildx"


@dataclass(frozen=True, slots=True)
class Order:
    """One build: where its files are, and which stage it ends with."""

    context: Path
    dockerfile: Path
    scratch: Path  # an own directory for the client's home, configuration and results
    target: str | None = None
    tomorrow: bool = False  # every step anew, over the index that has newer versions


@dataclass(frozen=True, slots=True)
class Finished:
    """How the client ended. `stopped` names our own bound that ended it: "time" or "log"."""

    ok: bool
    seconds: float
    progress: Progress
    image_id: str | None
    stopped: str | None = None


@dataclass(frozen=True, slots=True)
class Builder:
    """What stays the same for every build of a submission."""

    docker: str
    tree: Path
    policy: Mapping[str, object]
    namespace: str  # separates cache mounts of different submissions
    limits: Limits

    def build(self, order: Order, on_event: Callable[[Progress, Event], None]) -> Finished:
        """Build until the client ends or a bound stops it. SandboxError when the client cannot be run."""
        order.scratch.mkdir(parents=True)
        for name in ("home", "tmp", "config"):
            (order.scratch / name).mkdir()
        policy = order.scratch / "policy.json"
        policy.write_text(json.dumps(self.policy))
        begun = time.monotonic()
        with subprocess.Popen(
            self._command(order),
            env=self._environment(order.scratch, policy),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            cwd=order.scratch,
            start_new_session=True,
        ) as process:
            try:
                progress, stopped = self._follow(process, on_event, begun)
            finally:
                _end(process)
        seconds = time.monotonic() - begun
        ok = process.returncode == 0 and stopped is None
        return Finished(ok, seconds, progress, _image_id(order.scratch / "iid") if ok else None, stopped)

    def _follow(
        self, process: subprocess.Popen[bytes], on_event: Callable[[Progress, Event], None], begun: float
    ) -> tuple[Progress, str | None]:
        progress, total = Progress(), 0
        assert process.stderr is not None  # noqa: S101  # asked for with PIPE above
        descriptor = process.stderr.fileno()
        with selectors.DefaultSelector() as selector:
            selector.register(descriptor, selectors.EVENT_READ)
            while True:
                left = begun + self.limits.build_seconds - time.monotonic()
                if left <= 0:
                    return progress, "time"
                if not selector.select(left):
                    continue
                data = os.read(descriptor, READ_BYTES)
                if not data:
                    break
                for event in progress.feed(data):
                    on_event(progress, event)
                    total += len(event.log)
                if total > self.limits.log_bytes:
                    return progress, "log"
        progress.close()
        return progress, None

    def _environment(self, scratch: Path, policy: Path) -> dict[str, str]:
        """Nothing of the worker's own: no secrets to inherit, no PATH to find git on."""
        return {
            "PATH": "/nonexistent",
            "HOME": str(scratch / "home"),
            "TMPDIR": str(scratch / "tmp"),
            "LANG": "C.UTF-8",
            "NO_COLOR": "1",
            "DOCKER_HOST": f"unix://{self.docker}",
            "DOCKER_CONFIG": str(scratch / "config"),
            "BUILDX_CONFIG": str(scratch / "config"),
            "BUILDX_GIT_INFO": "false",
            "BUILDX_NO_DEFAULT_ATTESTATIONS": "1",
            "EXPERIMENTAL_BUILDKIT_SOURCE_POLICY": str(policy),
        }

    def _command(self, order: Order) -> list[str]:
        bounds = [f"--fsize={CLIENT_FILE_BYTES}", f"--cpu={CLIENT_CPU_SECONDS}", "--core=0", "--nofile=1024"]
        # The tree's own loader and libraries: the client then runs on any distribution.
        client = [
            str(self.tree / _LOADER),
            "--library-path",
            str(self.tree / _LIBRARIES),
            str(self.tree / _BUILDX),
        ]
        options = [
            "--builder=default",
            "--progress=rawjson",
            "--pull=false",
            "--provenance=false",
            "--sbom=false",
            "--platform=linux/amd64",
            "--cgroup-parent=/build",
            "--add-host",
            f"packages.slipway:{TOMORROW if order.tomorrow else GATEWAY}",
            "--build-arg",
            f"BUILDKIT_CACHE_MOUNT_NS={self.namespace}",
            "--ulimit=nofile=1024:4096",
            "--ulimit=core=0",
            "--shm-size=16m",
            f"--iidfile={order.scratch / 'iid'}",
            f"--file={order.dockerfile}",
        ]
        target = [f"--target={order.target}"] if order.target is not None else []
        target += ["--no-cache"] if order.tomorrow else []
        return [str(shutil.which("prlimit")), *bounds, "--", *client, "build", *options, *target, str(order.context)]


def _end(process: subprocess.Popen[bytes]) -> None:
    """TERM, then KILL, the whole group; the engine cancels the build when its client is gone."""
    for number, patience in ((signal.SIGTERM, TERM_SECONDS), (signal.SIGKILL, 10.0)):
        if process.poll() is not None:
            return
        if process.stderr is not None and number == signal.SIGTERM:
            if _ends_by_itself(process):
                return
            process.stderr.close()  # a client that waits to write would not hear the signal
        os.killpg(process.pid, number)
        try:
            process.wait(patience)
        except subprocess.TimeoutExpired:
            continue
    if process.poll() is None:
        raise SandboxError("the build client outlived SIGKILL")


def _ends_by_itself(process: subprocess.Popen[bytes]) -> bool:
    """Its output has ended: give it the moment that a normal exit takes."""
    try:
        process.wait(0.5)
    except subprocess.TimeoutExpired:
        return False
    return True


def _image_id(file: Path) -> str:
    try:
        return file.read_text().strip()
    except OSError as error:
        raise SandboxError("the build ended well but named no image") from error
