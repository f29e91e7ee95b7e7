"""Runs the `trial.sh` of a worked example against a leased slot's engine: its Compose file, started for real.

These scripts are the lesson's own, never a learner's. They see the slot's engine, and nothing of our environment.
"""

from __future__ import annotations

import subprocess
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from labs.measuring import NotMeasured
from sandbox.door import Slot
from sandbox.facts import Outcome

SCRIPT = "trial.sh"
SECONDS = 120.0
_COMPOSE = "usr/libexec/docker/cli-plugins/docker-compose"
_TAIL = 400  # characters of what it said, when it failed


def run(slot: Slot, name: str, files: Mapping[str, str]) -> Outcome:
    """What the script printed, as an outcome's log. NotMeasured when it fails or takes too long."""
    slot.tainted = True  # what it leaves behind goes with the slot
    with TemporaryDirectory(prefix="example-") as place:
        folder = Path(place)
        for path, text in files.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_text(text, "utf-8")
        try:
            done = subprocess.run(
                ["/bin/sh", "-eu", SCRIPT],
                cwd=folder,
                env=_environment(slot, folder),
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                timeout=SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            raise NotMeasured(f"{name}: {SCRIPT} was not done after {SECONDS:.0f} s") from error
    if done.returncode:
        raise NotMeasured(f"{name}: {SCRIPT} ended with {done.returncode}: {done.stderr[-_TAIL:].strip()}")
    return Outcome({}, log=done.stdout, engine=slot.fingerprint)


def _environment(slot: Slot, folder: Path) -> dict[str, str]:
    return {
        "PATH": "/usr/bin:/bin",
        "HOME": str(folder),
        "DOCKER_HOST": f"unix://{slot.docker}",
        "COMPOSE": str(slot.tree / _COMPOSE),
        "COMPOSE_PROJECT_NAME": "example",
    }
