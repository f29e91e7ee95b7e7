from __future__ import annotations

import json
from pathlib import Path

import pytest

from sandbox.hostile.cases import Case
from sandbox.hostile.results import Result, as_json, line, summary, table
from tests.sandbox.hostile.folders import case


@pytest.fixture
def attack(tmp_path: Path) -> Case:
    return case(tmp_path)


def test_the_report_has_the_keys_that_others_read(attack: Case) -> None:
    report = json.loads(json.dumps(as_json([Result(attack, "build-failed", 1.234)], "f")))
    assert (report["total"], report["contained"], report["fingerprint"]) == (1, 1, "f")
    found = report["cases"][0]
    assert {k: found[k] for k in ("id", "family", "outcome", "contained", "layer", "seconds")} == {
        "id": "build/made",
        "family": "build",
        "outcome": "build-failed",
        "contained": True,
        "layer": "engine",
        "seconds": 1.23,
    }


def test_what_got_through_is_counted_and_named(attack: Case) -> None:
    results = [Result(attack, "built", 1.0, ("it got out",)), Result(attack, "build-failed", 1.0)]
    assert as_json(results, "")["contained"] == 1
    assert summary(results) == "1 of 2 attacks were contained. Not contained: build/made."
    assert "    it got out" in line(results[0])
    assert "1 of 2 contained" in table(results)


def test_what_is_seen_later_makes_a_result_worse(attack: Case) -> None:
    later = Result(attack, "build-failed", 1.0).with_more(["a process was left"])
    assert not later.contained
    assert summary([Result(attack, "build-failed", 1.0).with_more(())]).startswith("All 1 attacks were contained")
