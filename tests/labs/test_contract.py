from __future__ import annotations

import json

from labs.grading import facts_json, grade, platform_error_json, to_json
from sandbox.facts import LimitHit, Outcome, Problem, Timings
from tests.labs.facts import build, rebuild, start
from tests.labs.tiny import lab

KEYS = [
    "lab",
    "lab_version",
    "state",
    "counted",
    "passed",
    "points",
    "max_points",
    "checks",
    "limit",
    "log_tail",
    "build",
    "timings",
]
CHECK_KEYS = [
    "id",
    "title",
    "skill",
    "status",
    "required",
    "points",
    "max_points",
    "expected",
    "found",
    "hint",
    "line",
]


def test_a_grade_is_the_contract_to_the_letter() -> None:
    failed = build(ok=False, problem=Problem("no such command", 4), log_tail="sh: no such command")
    data = json.loads(json.dumps(to_json(grade(lab(), Outcome({"image": failed})))))
    assert list(data) == KEYS
    assert [list(check) for check in data["checks"]] == [CHECK_KEYS] * 5
    assert data["state"] == "graded"
    assert (data["lab"], data["lab_version"], data["counted"], data["passed"]) == ("tiny", 3, True, False)
    assert data["build"] == {
        "ok": False,
        "error": "no such command",
        "seconds": 0.8,
        "steps": [
            {"name": "[1/2] COPY app.py .", "line": 3, "cached": False, "seconds": 0.1},
            {"name": "[2/2] RUN true", "line": 4, "cached": True, "seconds": 0.0},
        ],
    }
    assert data["checks"][0]["line"] == 4
    assert data["log_tail"] == "sh: no such command"
    assert data["limit"] is None
    assert list(data["timings"]) == ["parse", "build", "experiments", "checks", "cleanup", "total"]


def test_points_are_always_numbers_with_a_fraction() -> None:
    text = json.dumps(to_json(grade(lab(), Outcome({"image": build()}))))
    assert '"points": 1.0' in text
    assert '"max_points": 7.5' in text


def test_a_limit_is_an_object() -> None:
    hit = LimitHit("pids", 512, "processes", "[2/2] RUN sh")
    data = to_json(grade(lab(), Outcome({}, limit=hit)))
    assert data["limit"] == {"name": "pids", "value": 512, "unit": "processes", "step": "[2/2] RUN sh"}
    assert data["build"] is None


def test_a_dead_apps_own_words_are_the_end_of_the_log() -> None:
    dead = start(answered=False, exit_code=1, log_tail="Traceback")
    data = to_json(grade(lab(), Outcome({"image": build(), "app": dead}, log="many\nlines")))
    assert data["log_tail"] == "Traceback"


def test_a_long_log_is_cut_to_its_end() -> None:
    log = "\n".join(str(n) for n in range(100))
    data = to_json(grade(lab(), Outcome({"image": build()}, log=log)))
    assert data["log_tail"].splitlines() == [str(n) for n in range(60, 100)]


def test_a_platform_error_has_the_same_keys() -> None:
    data = platform_error_json(lab(), "the engine is gone")
    assert list(data) == KEYS
    assert data["state"] == "platform_error"
    assert (data["counted"], data["passed"], data["points"], data["checks"]) == (False, False, 0.0, [])
    assert data["log_tail"] == "the engine is gone"
    assert set(data["timings"]) == set(Timings.__slots__)


def test_facts_are_stored_with_their_type() -> None:
    data = facts_json({"image": build(), "edit": rebuild(start=start())})
    assert data == json.loads(json.dumps(data))
    assert data["image"]["type"] == "Build"
    assert data["image"]["steps"][0]["line"] == 3
    assert data["edit"]["type"] == "Rebuild"
    assert data["edit"]["start"]["processes"][0]["uids"] == [10001, 10001, 10001, 10001]
