"""Presses a container's control group from within: a process of ours joins it and takes what it can get.

It runs as nobody, in the machine's own namespaces, with the highest score for the kernel's choice of whom to end, so
that the learner's app lives on. What counts is read from the group's counters, never from how the process ended.
"""

from __future__ import annotations

import subprocess
import sys
import time
from typing import Any

from sandbox.engine.cgroups import Group
from sandbox.engine.paths import PROJECT

MOST = {"memory": 1024, "pids": 512, "cpu": 4}  # megabytes, threads, processors at once
GRACE_SECONDS = 5.0
_NOTHING = {"cpu_seconds": 0.0, "elapsed": 0.0}


def press(group: Group, kind: str, amount: int, seconds: float) -> dict[str, Any]:
    """{"got", "ended", "before", "after", "cpu_seconds", "elapsed"}.

    `got`: megabytes, threads or seconds that it had when it ended.
    `ended`: finished, killed, refused; late: its time was over; gone: nothing runs in the group any more.
    """
    if not group.processes():
        return {"got": 0.0, "ended": "gone", "before": group.events(), "after": group.events(), **_NOTHING}
    directories = [str(directory) for directory in group.directories()]
    command = [sys.executable, "-m", "sandbox.engine.pressure", kind, str(amount), str(seconds), *directories]
    before, used, begun = group.events(), group.cpu_seconds(), time.monotonic()
    with subprocess.Popen(
        command, cwd=PROJECT, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        try:
            output, _ = process.communicate(timeout=seconds + GRACE_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            output, _ = process.communicate()
    lines = output.split()
    last = lines[-1] if lines else ""
    ended = "killed" if process.returncode < 0 else last if last in {"refused", "late"} else "finished"
    figures = [float(line) for line in lines if line[0].isdigit()]
    return {
        "got": figures[-1] if figures else 0.0,
        "ended": ended,
        "before": before,
        "after": group.events(),
        "cpu_seconds": round(group.cpu_seconds() - used, 3),
        "elapsed": round(time.monotonic() - begun, 3),
    }
