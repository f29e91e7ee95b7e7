"""The same input in another shape, and what a script could tell from its surroundings."""

from __future__ import annotations

import json
import statistics
from pathlib import Path
from typing import Any

import pytest

from sandbox.noise import varied
from sandbox.scripts import USERS, drawn, shuffled

CASES = Path(__file__).resolve().parents[2] / "labs/catalogue/scan-gate/context/cases"


def serious(report: Any) -> list[str]:
    found = [v for result in report.get("Results") or () for v in result.get("Vulnerabilities") or ()]
    return [v["VulnerabilityID"] for v in found if v["Severity"] in {"HIGH", "CRITICAL"} and v.get("FixedVersion")]


@pytest.mark.parametrize("name", ["high", "clean", "not-fixed-yet", "two-at-once", "nothing-found", "no-results"])
def test_a_report_says_the_same_in_every_shape(name: str) -> None:
    text = (CASES / f"{name}.json").read_text()
    for _ in range(50):
        assert serious(json.loads(varied(text))) == serious(json.loads(text))


@pytest.mark.parametrize("text", ["", '{"Results": [', "plain", "17"])
def test_what_is_no_json_object_stays_as_it_is(text: str) -> None:
    assert varied(text) == text


def test_a_list_keeps_its_order() -> None:
    text = (CASES / "signed-twice.json").read_text()
    assert all(json.loads(varied(text)) == json.loads(text) for _ in range(20))


def test_neither_size_nor_counts_tell_the_cases_apart() -> None:
    """A classifier by one number, the best of all thresholds, is little better than chance on fresh runs."""
    good, bad = ("clean", "medium-fixable", "not-fixed-yet"), ("high", "two-at-once", "secret")

    def seen(names: tuple[str, ...]) -> list[tuple[int, int]]:
        texts = [varied((CASES / f"{name}.json").read_text()) for name in names for _ in range(80)]
        return [(len(text), text.count("VulnerabilityID")) for text in texts]

    for number in range(2):
        admitted, refused = ([one[number] for one in seen(names)] for names in (good, bad))
        edges = set(admitted + refused)
        best = max(
            abs(statistics.fmean(a >= edge for a in admitted) - statistics.fmean(r >= edge for r in refused))
            for edge in edges
        )
        assert best < 0.6


def test_folders_and_users_are_drawn_anew_and_say_nothing_of_the_number() -> None:
    rooms = [drawn(18) for _ in range(200)]
    assert len({room.path(0) for room in rooms}) == 200
    assert all(len(set(room.users)) == 18 and set(room.users) <= set(USERS) for room in rooms)
    ranks = [sorted(room.users).index(room.users[0]) for room in rooms]
    assert 5 < statistics.fmean(ranks) < 12
    assert 5 < statistics.fmean(shuffled(18).index(0) for _ in range(200)) < 12
