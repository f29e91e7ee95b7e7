"""Runs in the guest, from its clone, under the guest's own Python: `python3 tests/machines/inside.py VERB …`.

wait URL SECONDS PID until the address answers with 200; prints the seconds. It gives up when the process has ended
opened SECONDS PID   until labs take submissions; prints the seconds
ended SECONDS PID    until the process has ended
traces               what Slipway left on the machine, a line each; exit 1 if anything
launch LOG           start `make run` in this folder, in a process group of its own; prints its number
"""

from __future__ import annotations

import glob
import json
import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

PROGRAMS = (
    "sandbox.engine",
    "config.runner",
    "celery",
    "uvicorn",
    "dockerd",
    "containerd",
    "valkey-server",
    "redis-server",
)


def answers(url: str) -> bool:
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))  # a proxy in the environment is not for us
    try:
        with direct.open(url, timeout=20) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def opened() -> bool:
    """Whether the start has come to its end with all attacks contained. SystemExit: it failed, and why."""
    try:
        said = json.loads(Path("var/start.json").read_text())
    except (OSError, ValueError):
        return False
    if said["stage"] == "failed":
        sys.exit(f"labs stay closed: {said}")
    return bool(said["stage"] == "open") and Path("var/stamps/attacks.json").exists()


def wait(ready: Callable[[], bool], seconds: float, pid: str) -> int:
    begun = time.monotonic()
    while not ready():
        if time.monotonic() - begun > seconds or not Path("/proc", pid).exists():
            return 1
        time.sleep(1)
    print(round(time.monotonic() - begun))
    return 0


def traces() -> Iterator[str]:
    own = os.getcwd()
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            words = (folder / "cmdline").read_bytes().decode(errors="replace").replace("\0", " ")
        except OSError:
            continue
        if any(program in words for program in PROGRAMS) and "/usr/bin/dockerd -H fd://" not in words:
            yield f"process {folder.name}: {words[:120]}"
    for line in Path("/proc/self/mounts").read_text().splitlines():
        if own in line or "/run/slipway" in line:
            yield f"mount: {line[:120]}"
    for pattern in ("/sys/fs/cgroup/**/*slipway*", "/run/slipway*", "/tmp/slipway-*/"):
        yield from (f"left: {path}" for path in glob.glob(pattern, recursive=True))
    for backing in Path("/sys/block").glob("loop*/loop/backing_file"):
        if own in backing.read_text():
            yield f"loop device: {backing}"
    units = ["systemctl", "list-units", "--all", "--plain", "--no-legend", "slipway*"]
    listed = subprocess.run(units, capture_output=True, text=True, check=False).stdout
    yield from (f"unit: {line}" for line in listed.splitlines())


def launch(log: str) -> int:
    with open(log, "wb") as sink:
        run = subprocess.Popen(
            ["make", "run"], stdin=subprocess.DEVNULL, stdout=sink, stderr=sink, start_new_session=True
        )
    print(run.pid)
    return 0


def main(verb: str, *words: str) -> int:
    if verb == "wait":
        return wait(lambda: answers(words[0]), float(words[1]), words[2])
    if verb == "opened":
        return wait(opened, float(words[0]), words[1])
    if verb == "ended":
        return wait(lambda: not Path("/proc", words[1]).exists(), float(words[0]), "self")
    if verb == "launch":
        return launch(words[0])
    found = list(traces())
    print("\n".join(found))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
