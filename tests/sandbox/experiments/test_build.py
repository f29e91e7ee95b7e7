"""On the real engine: an image that the lab brings, built without anything of the learner's."""

from __future__ import annotations

import pytest

from sandbox.door import Slot
from sandbox.errors import SandboxError
from sandbox.facts import Build, Start
from sandbox.plan import Experiment, Plan
from tests.engine import APP

pytestmark = pytest.mark.engine
OWN = b'FROM python:3.11-slim\nCOPY app.py /\nCMD ["python", "/app.py"]\n'
IMAGE = Experiment("image", "build", dockerfile="Dockerfile", tag="notes:1")


def test_a_lab_brings_its_own_image(slot: Slot) -> None:
    context = {"app.py": APP, "Dockerfile": OWN}
    experiments = (IMAGE, Experiment("app", "start", after="image"))
    facts = slot.run(Plan("test", context, {"compose.yaml": "services: {}\n"}, experiments), lambda event: None).facts
    built, started = facts["image"], facts["app"]
    assert isinstance(built, Build) and built.ok
    assert isinstance(started, Start) and started.answered


def test_one_that_does_not_build_is_a_fault_of_ours(slot: Slot) -> None:
    plan = Plan("test", {"Dockerfile": b"FROM python:3.11-slim\nRUN exit 3\n"}, {}, (IMAGE,))
    with pytest.raises(SandboxError, match="Dockerfile of the lab does not build"):
        slot.run(plan, lambda event: None)
