from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from sandbox.hostile import oracles
from sandbox.hostile.canary import Canaries, planted
from sandbox.hostile.cases import BREACH, Case
from sandbox.hostile.oracles import Evidence, grown
from tests.sandbox.hostile.folders import TEXT, case

GOOD = Evidence("limit:pids", "Limit: pids", "it ran, and was stopped", 2.0)
SLOT = {"processes": 6, "mounts": 34, "free bytes": 1000, "free inodes": 500}


@pytest.fixture
def canaries() -> Iterator[Canaries]:
    with planted() as made:
        yield made


@pytest.fixture
def attack(tmp_path: Path) -> Case:
    text = TEXT.replace("build-failed", "limit:pids").replace("engine", "process-limit")
    return case(tmp_path, text + 'log = ["it ran"]\nnever = ["got out"]\n')


def test_an_attack_that_was_stopped_as_expected_has_no_complaint(attack: Case, canaries: Canaries) -> None:
    assert oracles.complaints(attack, GOOD, canaries) == []


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"outcome": "passed"}, "it ended as passed, not as limit:pids"),
        ({"seconds": 60.0}, "it took 60 s"),
        ({"results": 2}, "2 results were stored"),
        ({"results": 0}, "0 results were stored"),
        ({"stored": f"it ran {BREACH} through a hole"}, "the payload says that it got through"),
        ({"stored": "nothing"}, "the payload did not say “it ran”"),
        ({"stored": "it ran and got out"}, "“got out” was found"),
        ({"complaints": ("its own",)}, "its own"),
    ],
)
def test_each_way_of_failing_is_said(attack: Case, canaries: Canaries, changes: dict[str, Any], said: str) -> None:
    told = oracles.complaints(attack, replace(GOOD, **changes), canaries)
    assert len(told) == 1
    assert told[0].startswith(said)


def test_it_says_when_another_layer_stopped_it_than_the_one_named(tmp_path: Path, canaries: Canaries) -> None:
    attack = case(tmp_path, TEXT.replace('"engine"', '"source-policy"'))
    other = Evidence("build-failed", "no such file", "no such file", 1.0)
    assert "not by the engine's source policy" in oracles.complaints(attack, other, canaries)[0]
    denied = Evidence("build-failed", "", "source denied by policy", 1.0)
    assert oracles.complaints(attack, denied, canaries) == []


@pytest.mark.parametrize("what", ["a secret of the machine", "the worker's environment", "another learner's work"])
def test_a_secret_in_what_is_stored_is_found(attack: Case, canaries: Canaries, what: str) -> None:
    leaked = replace(GOOD, stored=f"it ran {canaries.secrets[what]}")
    assert oracles.complaints(attack, leaked, canaries) == [f"{what} was found in what is stored"]


def test_a_slot_as_it_was_has_not_grown() -> None:
    assert grown(SLOT, {**SLOT, "free bytes": 985, "mounts": 30}) == []


@pytest.mark.parametrize(("name", "now"), [("processes", 7), ("mounts", 35), ("free bytes", 900), ("free inodes", 400)])
def test_what_a_slot_holds_more_of_is_said(name: str, now: int) -> None:
    assert len(grown(SLOT, {**SLOT, name: now})) == 1
