from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import cast

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


def test_both_sides_of_an_example_are_tried_by_the_same_script() -> None:
    for example in (content.load("containerization").examples or {}).values():
        scripts = {side.files.get(stacks.SCRIPT) for side in example.sides.values()}
        assert len(scripts) == 1, example.name
