"""What Compose itself makes of real files, and of our own version of each: the same."""

from __future__ import annotations

import difflib
import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from sandbox.compose import emission, project
from sandbox.compose.given import Given
from sandbox.compose.nodes import Json
from sandbox.engine.paths import layout

FOLDER = Path(__file__).parent / "files"
FILES = {"password.txt": "secret", "app.env": "A=1\n# a note\nB='two'\n", "profile.json": "{}", "init.sql": ""}
GIVEN = Given(files=FILES, image=lambda name: name, builds=True)
# Right to write, and decided by the sandbox or without meaning here.
DROPPED = ("dns", "labels", "logging", "mac_address", "platform", "restart", "stop_grace_period")
NAMES = sorted(path.name for path in FOLDER.glob("*.yaml"))


def compose(folder: Path) -> dict[str, Any]:
    tree = layout().tree
    program = [f"{tree}/lib64/ld-linux-x86-64.so.2", "--library-path", f"{tree}/usr/lib/x86_64-linux-gnu"]
    client = f"{tree}/usr/libexec/docker/cli-plugins/docker-compose"
    command = [*program, client, "--profile=*", "--project-name=p", "config", "--format=json"]
    env = {"HOME": str(folder), "DOCKER_CONFIG": str(folder), "COMPOSE_DISABLE_ENV_FILE": "1"}
    done = subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def comparable(data: dict[str, Any]) -> dict[str, Any]:
    """Without what is dropped, and without what Compose adds by the way that a thing was spelt."""
    for service in data["services"].values():
        for key in (*DROPPED, "build"):
            service.pop(key, None)
        resources = service.pop("deploy", {}).get("resources")
        service["deploy"] = {"resources": resources or None}
        _compare_lists(service)
        # A name without a value is taken from the environment; where that is empty, the container gets nothing.
        service["environment"] = {k: v for k, v in (service.get("environment") or {}).items() if v is not None}
        options = service.get("security_opt", [])
        service["security_opt"] = [option.replace("=", ":").removesuffix(":true") for option in options]
        for name, bound in service.get("ulimits", {}).items():
            service["ulimits"][name] = bound if isinstance(bound, dict) else {"soft": bound, "hard": bound}
    for one in [*data.get("networks", {}).values(), *data.get("volumes", {}).values()]:
        one.pop("driver", None)
    return {key: value for key, value in data.items() if not key.startswith("x-") and key != "name"}


def _compare_lists(service: dict[str, Any]) -> None:
    for mount in service.get("volumes", []):
        mount.pop("bind", None)
        if not mount.get("volume"):
            mount.pop("volume", None)
    for grant in [*service.get("configs", []), *service.get("secrets", [])]:
        grant.pop("mode", None)
        grant["target"] = grant.get("target", f"/run/secrets/{grant['source']}")
    for port in service.get("ports", []):
        port["mode"] = "ingress"
    for key in ("cap_add", "cap_drop", "command", "group_add"):
        service.setdefault(key, None)


@pytest.mark.engine
@pytest.mark.parametrize("name", NAMES)
def test_compose_reads_the_same_in_both(name: str, tmp_path: Path) -> None:
    text = (FOLDER / name).read_text()
    folders = {"theirs": text, "ours": emission.written(emission.plain(project.read(text, GIVEN)))}
    seen = {}
    for which, written in folders.items():
        folder = tmp_path / which
        folder.mkdir()
        for file, body in FILES.items():
            (folder / file).write_text(body)
        (folder / "compose.yaml").write_text(written)
        seen[which] = json.loads(json.dumps(comparable(compose(folder))).replace(str(folder), "FOLDER"))
    ours, theirs = (json.dumps(seen[which], indent=1, sort_keys=True).splitlines() for which in ("ours", "theirs"))
    assert "\n".join(difflib.unified_diff(theirs, ours, "theirs", "ours", lineterm="", n=2)) == ""


@pytest.mark.parametrize("name", NAMES)
def test_our_own_file_gives_the_same_model(name: str) -> None:
    plain = emission.plain(project.read((FOLDER / name).read_text(), GIVEN))
    again: dict[str, Json] = emission.plain(project.read(emission.written(plain), GIVEN))
    assert again == plain
