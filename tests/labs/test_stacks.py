from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from labs import stacks
from labs.measuring import NotMeasured, answer
from lessons import content
from sandbox.door import Slot


def slot() -> Slot:
    made = SimpleNamespace(docker="/run/x/docker.sock", tree=Path("/tree"), fingerprint="engine 1", tainted=False)
    return cast(Slot, made)


def test_what_the_script_printed_can_be_measured_and_the_slot_is_recycled() -> None:
    leased = slot()
    files = {"trial.sh": 'echo "$DOCKER_HOST $COMPOSE"\necho "LINES=$(wc -l < sub/list)"\n', "sub/list": "a\nb\n"}
    outcome = stacks.run(leased, "one", files)
    assert outcome.log.startswith("unix:///run/x/docker.sock /tree/usr/libexec/docker/cli-plugins/docker-compose\n")
    assert (answer(outcome, "printed LINES"), outcome.engine, leased.tainted) == ("2", "engine 1", True)


def test_it_sees_nothing_of_our_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLIPWAY_SECRET_KEY", "ours")
    assert "ours" not in stacks.run(slot(), "one", {"trial.sh": "env\n"}).log


def test_a_script_that_fails_measures_nothing() -> None:
    with pytest.raises(NotMeasured, match=r"one: trial\.sh ended with 3: no way"):
        stacks.run(slot(), "one", {"trial.sh": "echo no way >&2\nexit 3\n"})
    with pytest.raises(NotMeasured, match="ended with"):
        stacks.run(slot(), "one", {"trial.sh": "false\necho FOUND=1\n"})


def test_a_script_that_hangs_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stacks, "SECONDS", 0.2)
    with pytest.raises(NotMeasured, match="was not done after"):
        stacks.run(slot(), "one", {"trial.sh": "exec sleep 5\n"})


def test_a_mount_of_the_folder_is_one_of_the_volume_with_its_files() -> None:
    text = "services:\n  web:\n    volumes: [./nginx.conf:/etc/x.conf:ro, data:/data]\n  db:\n    image: a\n"
    mounts = cast(dict[str, Any], stacks._mounts(text))
    assert list(mounts["services"]) == ["web"]
    assert mounts["services"]["web"]["volumes"] == [
        {
            "type": "volume",
            "source": "example-files",
            "target": "/etc/x.conf",
            "read_only": True,
            "volume": {"subpath": "nginx.conf", "nocopy": True},
        }
    ]
    assert stacks._mounts("services:\n  web:\n    volumes: [data:/data]\n") == {} == stacks._mounts("")


def test_images_that_a_lab_gives_are_built_before(tmp_path: Path) -> None:
    client = tmp_path / "usr/bin/docker"
    client.parent.mkdir(parents=True)
    client.write_text('#!/bin/sh\necho "$@ $(ls)" >> "$HOME/asked"\n')
    client.chmod(0o755)
    leased = slot()
    leased.tree = tmp_path
    said = stacks.run(leased, "one", {"trial.sh": 'cat "$HOME/asked"\n'}, {"notes:1": {"Dockerfile": b"FROM a\n"}})
    assert said.log == "build --quiet --tag notes:1 . Dockerfile\n"


def test_both_sides_of_an_example_are_tried_by_the_same_script() -> None:
    for example in (content.load("containerization").examples or {}).values():
        scripts = {side.files.get(stacks.SCRIPT) for side in example.sides.values()}
        assert len(scripts) == 1, example.name
