"""On the real engine: a secret of the context is found wherever a build leaves it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sandbox.door import Slot
from sandbox.facts import Build, Leaks
from sandbox.plan import Experiment, Plan
from tests.engine import APP

pytestmark = pytest.mark.engine
SECRET = "canary-0123456789"
BASE = "FROM python:3.11-slim\n"
IMAGE = Experiment("image", "build", canary="key.env", junk="junk.bin", junk_mb=5)


def searched(slot: Slot, dockerfile: str, **files: str) -> tuple[Leaks, Build]:
    context = {"app.py": APP, "key.env": b"KEY={canary}\n"}
    experiments = (IMAGE, Experiment("secret", "leaks", after="image"))
    plan = Plan("test", context, {"Dockerfile": dockerfile, **files}, experiments, {"canary": SECRET})
    facts = slot.run(replace(plan), lambda event: None).facts
    leaks, build = facts["secret"], facts["image"]
    assert isinstance(leaks, Leaks) and isinstance(build, Build)
    return leaks, build


def test_what_is_not_copied_is_neither_sent_nor_found(slot: Slot) -> None:
    leaks, build = searched(slot, BASE + "COPY app.py /\n")
    assert leaks == Leaks("key.env", ())
    assert build.context_size > 5_000_000
    assert build.context_sent is not None and build.context_sent < 100_000


def test_what_is_ignored_is_neither_sent_nor_found(slot: Slot) -> None:
    leaks, build = searched(slot, BASE + "COPY . /\n", **{".dockerignore": "*.env\n*.bin\n"})
    assert leaks.places == ()
    assert build.context_sent is not None and build.context_sent < 100_000


def test_a_removed_or_renamed_copy_is_found(slot: Slot) -> None:
    leaks, build = searched(slot, BASE + "COPY . /\nRUN mv /key.env /etc/other\nRUN rm /etc/other\n")
    assert [(leak.path, leak.visible) for leak in leaks.places] == [("/key.env", False), ("/etc/other", False)]
    assert leaks.places[0].created_by.startswith("COPY")
    assert build.context_sent is not None and build.context_sent > 5_000_000
