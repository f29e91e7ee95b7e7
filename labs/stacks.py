"""Runs the `trial.sh` of a worked example against a leased slot's engine: its Compose file, started for real.

These scripts are the lesson's own, never a learner's. They see the slot's engine, and nothing of our environment. The
engine cannot see our folders, so a mount of `./file` comes from a volume that holds the example's files.
"""

from __future__ import annotations

import subprocess
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

import yaml

from labs.measuring import NotMeasured
from sandbox.door import Slot
from sandbox.facts import Outcome

SCRIPT = "trial.sh"
SECONDS = 120.0
FILES = "example-files"  # the volume
_PLUGINS = "usr/libexec/docker/cli-plugins"
_TAIL = 400  # characters of what it said, when it failed
_COPY = f"""
docker create --name example-files --volume {FILES}:/files debian:12-slim
docker cp . example-files:/files
"""


def run(
    slot: Slot, name: str, files: Mapping[str, str], given: Mapping[str, Mapping[str, bytes]] | None = None
) -> Outcome:
    """What the script printed, as an outcome's log. NotMeasured when it fails or takes too long.

    `given`: images that are built before, by tag: their files, with a Dockerfile.
    """
    slot.tainted = True  # what it leaves behind goes with the slot
    with TemporaryDirectory(prefix="example-") as place:
        folder = Path(place) / "project"
        for path, text in files.items():
            _write(folder / path, text.encode())
        for tag, context in (given or {}).items():
            _build(slot, name, tag, context, Path(place) / "given" / tag.replace(":", "-"))
        environment = _environment(slot, Path(place))
        if mounts := _mounts(files.get("compose.yaml", "")):
            _write(folder / "mounts.yaml", yaml.safe_dump(mounts).encode())
            _shell(name, _COPY, folder, environment)
            environment["COMPOSE_FILE"] = "compose.yaml:mounts.yaml"
        said = _shell(name, files[SCRIPT], folder, environment)
    return Outcome({}, log=said, engine=slot.fingerprint)


def _build(slot: Slot, name: str, tag: str, context: Mapping[str, bytes], folder: Path) -> None:
    for path, content in context.items():
        _write(folder / path, content)
    _shell(name, f"docker build --quiet --tag {tag} .", folder, _environment(slot, folder.parent.parent))


def _mounts(text: str) -> dict[str, object]:
    """A second Compose file: each `./path:/target` becomes the same path of the volume. {} when nothing is mounted."""
    services: dict[str, object] = {}
    for name, service in (yaml.safe_load(text) or {}).get("services", {}).items():
        parts = [str(one).split(":") for one in service.get("volumes", []) if str(one).startswith("./")]
        if parts:
            services[name] = {"volumes": [_mount(source, target) for source, target, *_ in parts]}
    return {"services": services, "volumes": {FILES: {"external": True}}} if services else {}


def _mount(source: str, target: str) -> dict[str, object]:
    inside = {"subpath": source.removeprefix("./"), "nocopy": True}
    return {"type": "volume", "source": FILES, "target": target, "read_only": True, "volume": inside}


def _shell(name: str, script: str, folder: Path, environment: Mapping[str, str]) -> str:
    """What the commands printed; the first that fails ends them."""
    try:
        done = subprocess.run(
            ["/bin/sh", "-eu", "-c", script],
            cwd=folder,
            env=dict(environment),
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
    return done.stdout


def _environment(slot: Slot, home: Path) -> dict[str, str]:
    """The engine's own client and its plug-ins, which come with the engine tree."""
    bin_, plugins = home / "bin", home / ".docker" / "cli-plugins"
    for link, goal in (
        (bin_ / "docker", slot.tree / "usr/bin/docker"),
        (plugins / "docker-compose", slot.tree / _PLUGINS / "docker-compose"),
        (plugins / "docker-buildx", slot.tree / _PLUGINS / "docker-buildx"),
    ):
        link.parent.mkdir(parents=True, exist_ok=True)
        if not link.is_symlink():
            link.symlink_to(goal)
    return {
        "PATH": f"{bin_}:/usr/bin:/bin",
        "HOME": str(home),
        "DOCKER_HOST": f"unix://{slot.docker}",
        "COMPOSE": str(slot.tree / _PLUGINS / "docker-compose"),
        "COMPOSE_PROJECT_NAME": "example",
    }


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    if content.startswith(b"#!"):
        path.chmod(0o755)
