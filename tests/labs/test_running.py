from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from labs.running import grade_in, plan, refused
from sandbox.facts import Outcome, Problem
from sandbox.plan import Emit, Plan
from tests.labs.facts import build
from tests.labs.tiny import lab

FILES = {"Dockerfile": "FROM debian:12-slim\n", "entrypoint.sh": "#!/bin/sh\n"}


@dataclass
class FakeSlot:
    """Answers as a slot would whose builds always succeed and whose apps never answer."""

    plans: list[Plan] = field(default_factory=list)

    def run(self, plan: Plan, emit: Emit) -> Outcome:
        self.plans.append(plan)
        emit({"type": "phase", "phase": "build"})
        return Outcome({"image": build()}, log="built")


def test_a_plan_holds_the_lab_and_the_learners_texts() -> None:
    made = plan(lab(), FILES)
    assert made.lab == "tiny"
    assert made.context == {"app.py": b'print("Hello")\n'}
    assert made.files == FILES
    assert [experiment.id for experiment in made.experiments] == ["image", "app", "setuid", "access", "edit"]
    assert made.limits == lab().limits


def test_every_name_has_a_random_value_of_its_own() -> None:
    values = plan(lab(), FILES).values
    assert set(values) == {"note", "word"}
    assert values["note"] != plan(lab(), FILES).values["note"]
    assert plan(lab(), FILES, random.Random(1)).values == plan(lab(), FILES, random.Random(1)).values


def test_scripts_are_made_executable_and_nothing_else() -> None:
    assert plan(lab(), FILES).executables == {"entrypoint.sh"}
    assert plan(lab(), {**FILES, "entrypoint.sh": "exec app"}).executables == {"entrypoint.sh"}
    assert plan(lab(), {"Dockerfile": "FROM a\n", ".dockerignore": "docs\n"}).executables == frozenset()


def test_a_submission_is_planned_run_and_graded() -> None:
    slot = FakeSlot()
    seen: list[Mapping[str, Any]] = []
    result = grade_in(slot, lab(), FILES, seen.append)
    assert slot.plans[0].files == FILES
    assert seen == [{"type": "phase", "phase": "build"}]
    assert (result.lab, result.points, result.log) == ("tiny", 1, "built")


def test_files_that_cannot_be_read_fail_the_build_and_nothing_else() -> None:
    problems = [
        Problem("Dockerfile is not UTF-8: line 2.", 2),
        Problem("It is large.", None, "entrypoint.sh"),
    ]
    result = refused(lab(), problems)
    assert [check.status for check in result.checks] == ["failed"] + ["skipped"] * 4
    assert result.checks[0].found == "Dockerfile is not UTF-8: line 2. It is large."
    assert result.checks[0].line == 2
    assert (result.counted, result.passed, result.points) == (True, False, 0)
    assert result.checks[1].found == "Not measured: the image was not built"


def test_what_cannot_be_read_fails_the_first_check_of_a_lab_that_builds_nothing_of_the_learners() -> None:
    own = lab('kind = "build"', 'kind = "build"\ndockerfile = "app.py"\ntag = "app:1"')
    result = refused(own, [Problem("compose.yaml is no UTF-8 text.", None, "compose.yaml")])
    assert [check.status for check in result.checks][:2] == ["failed", "skipped"]
    assert (result.checks[0].found, result.checks[0].file) == ("compose.yaml is no UTF-8 text.", "compose.yaml")
    assert result.build is None
