"""What a worker gone bad may ask of its slot: anything; what it gets is an answer or a refusal."""

from __future__ import annotations

import contextlib
import json
import os
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.engine.api import EngineError
from sandbox.engine.paths import Layout
from sandbox.engine.requests import NOT_UNDERSTOOD, VERBS
from sandbox.engine.slot import Slot
from tests.fuzz.values import JSON, SCALARS

pytestmark = pytest.mark.fuzz

CONTAINER = st.sampled_from(["c" * 64, "0" * 64])
IMAGE = st.just(f"sha256:{'1' * 64}")
NUMBER = SCALARS | st.sampled_from([1, 512, 4096, 0.5])
FIELDS: dict[str, st.SearchStrategy[Any]] = {
    "group": st.sampled_from(["build", "run"]) | JSON,
    "memory_mb": NUMBER,
    "pids": NUMBER,
    "cpus": NUMBER,
    "container": CONTAINER | JSON,
    "image": IMAGE | JSON,
    "names": st.lists(st.text(max_size=5), max_size=3) | JSON,
    "contents": st.dictionaries(SCALARS.map(str), st.lists(SCALARS, max_size=2), max_size=3) | JSON,
    "skip": NUMBER | JSON,
    "uid": NUMBER,
    "gid": NUMBER,
    "groups": st.lists(NUMBER, max_size=4) | JSON,
    "paths": st.lists(SCALARS, max_size=4) | JSON,
}
ASK = st.fixed_dictionaries({}, optional=FIELDS)


@pytest.fixture(scope="module")
def slot() -> Slot:
    """Of an installation that is not there: questions reach the real code, and nothing of this machine."""
    return Slot(Layout(Path(tempfile.gettempdir()) / "slipway-nowhere"), "slot0")


def ask(verb: str, slot: Slot, fields: Any) -> None:
    with contextlib.suppress(*NOT_UNDERSTOOD, EngineError, OSError):
        json.dumps(VERBS[verb](slot, fields))


@given(st.sampled_from(sorted(VERBS)), ASK)
def test_a_verb_answers_or_refuses_whatever_it_is_asked(slot: Slot, verb: str, fields: dict[str, Any]) -> None:
    ask(verb, slot, fields)


@given(st.sampled_from(sorted(VERBS)), JSON)
def test_a_question_need_not_even_be_an_object(slot: Slot, verb: str, anything: Any) -> None:
    ask(verb, slot, anything)


def test_watching_containers_that_are_not_there_costs_no_descriptors(slot: Slot) -> None:
    before = len(os.listdir("/proc/self/fd"))
    for number in range(50):
        ask("watch", slot, {"container": f"{number:064x}"})
    assert len(os.listdir("/proc/self/fd")) == before
