"""Compose itself is the referee, both ways, over written and made-up lines.

What it refuses is refused here as the learner's, and what it accepts is taken, or truly said not to be offered. Two
exceptions, each by its sentence: what the engine refuses in its place, and what is wrong beside what is not offered.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given, settings

from sandbox.compose import project
from sandbox.compose.given import Given
from sandbox.compose.nodes import Missing, Wrong
from sandbox.compose.services import SHAPES
from sandbox.engine.paths import layout
from tests.sandbox.compose.test_fuzz import FILES as MADE_UP

LINES = json.loads((Path(__file__).parent / "lines.json").read_text())  # right and wrong, by the key that they are for
FILES = {"password.txt": "secret", "app.env": "A=1\n", "profile.json": "{}", "a": "A=1", "Dockerfile": "FROM a\n"}
GIVEN = Given(files=FILES, image=lambda name: name, builds=True)
REST = (
    "  db: {image: notes:1}\nnetworks: {n: }\nvolumes: {v: }\nconfigs: {c: {file: ./a}}\nsecrets: {key: {file: ./a}}\n"
)
# `docker compose config` accepts these, and `docker compose up` ends with the engine's or Compose's own refusal.
ENGINE = re.compile(
    "less than 6 MB|no network mode|no capability|no security option|has no file|no port|no ulimit|no protocol"
    "|A mount goes to a path|write VOLUME:PATH|no option of a tmpfs|“restart” is one of|“condition” is one of none"
    "|A name is missing|duration such as|“services” is empty|no name; use letters|no network such as"
    "|both publish port|overlap"
    "|in “volumes”; the file describes"  # w:/v is a drive to Compose
)


def refused_by_compose(text: str, folder: Path) -> bool:
    tree = layout().tree
    program = [f"{tree}/lib64/ld-linux-x86-64.so.2", "--library-path", f"{tree}/usr/lib/x86_64-linux-gnu"]
    client = f"{tree}/usr/libexec/docker/cli-plugins/docker-compose"
    env = {"HOME": str(folder), "DOCKER_CONFIG": str(folder), "COMPOSE_DISABLE_ENV_FILE": "1", "PWD": str(folder)}
    for name, body in FILES.items():
        (folder / name).write_text(body)
    (folder / "compose.yaml").write_bytes(text.encode("utf-8", "surrogatepass"))
    command = [*program, client, "--profile=*", "--project-name=project", "config", "--quiet"]
    return bool(subprocess.run(command, cwd=folder, env=env, capture_output=True, check=False).returncode)


def ours(text: str) -> tuple[str, str]:
    try:
        project.read(text, GIVEN)
    except Wrong as wrong:
        return "wrong", wrong.problem.message
    except Missing as missing:
        return "missing", missing.what.message
    return "taken", ""


def cases() -> Iterator[str]:
    for key in SHAPES:
        image = "" if key == "image" else "    image: notes:1\n"
        for value in dict.fromkeys([*LINES["own"].get(key, ()), *LINES["values"]]):
            yield f"services:\n  web:\n{image}    {key}: {value}\n{REST}"
    for text in LINES["top"]:
        own = "services:" in text or text in {"a", "[]", "", "# x", "---", "...", "{}"}
        yield text + "\n" + ("" if own else "services: {web: {image: a}}\n")


def differs(text: str, folder: Path) -> str:
    """What is wrong with our reading; "" where Compose agrees."""
    refused = refused_by_compose(text, folder)
    verdict, said = ours(text)
    if refused and verdict == "taken" and "pid:" not in text:  # `pid: null` is a crash of Compose's
        return f"Compose refuses and we take:\n{text}"
    if not refused and verdict == "wrong" and not ENGINE.search(said):
        return f"Compose takes and we count “{said}”:\n{text}"
    return ""


@pytest.mark.engine
@pytest.mark.prove
def test_every_key_with_every_value(tmp_path: Path) -> None:
    def one(numbered: tuple[int, str]) -> str:
        folder = tmp_path / str(numbered[0])
        folder.mkdir()
        return differs(numbered[1], folder)

    texts = list(dict.fromkeys(cases()))
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        found = [said for said in pool.map(one, enumerate(texts)) if said]
    assert len(texts) > 4000 and "\n".join(found) == ""


@pytest.mark.engine
@pytest.mark.fuzz
@settings(deadline=None)
@given(MADE_UP)
def test_files_that_look_like_one(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    assert differs(text, tmp_path_factory.mktemp("referee", numbered=True)) == ""
