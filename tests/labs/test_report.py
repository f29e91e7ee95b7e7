from __future__ import annotations

from dataclasses import replace

from labs.grading import grade
from labs.report import SIGNS, progress, text
from sandbox.facts import Fact, LimitHit, Outcome, Problem, Unavailable
from tests.labs.facts import added_files, build, process, rebuild, start, write_access
from tests.labs.tiny import lab

GOOD: dict[str, Fact] = {
    "image": build(),
    "app": start(),
    "setuid": added_files(),
    "access": write_access(),
    "edit": rebuild(),
}


def test_a_passed_lab_begins_with_that() -> None:
    shown = text(grade(lab(), Outcome(GOOD, log="noise")))
    assert shown.startswith("✓ Passed: 7.5 of 7.5 points.\n")
    assert "First:" not in shown
    assert "noise" not in shown
    assert "✓ It cannot rewrite itself (not required)  1.5/1.5  code-not-writable" in shown


def test_the_first_thing_to_fix_comes_before_the_list() -> None:
    shown = text(grade(lab(), Outcome({**GOOD, "app": start(processes=(process(uid=0),))})))
    assert shown.startswith("✕ Not yet: 4.5 of 7.5 points.\n\nFirst: Nothing runs as root\n")
    assert "  Measured: PID 1 `python`, uid 0" in shown
    assert shown.index("Next:") < shown.index("✓ It builds")


def test_a_failed_build_shows_its_line_its_steps_and_its_log() -> None:
    failed = build(ok=False, problem=Problem("no such command", 4), log_tail="sh: pip instal")
    shown = text(grade(lab(), Outcome({"image": failed})))
    assert "First: It builds (line 4 of the Dockerfile)" in shown
    assert f"{SIGNS['skipped']} It answers  0/1  serves\n    Not measured: the image was not built" in shown
    assert "cached    line 4  [2/2] RUN true" in shown
    assert shown.endswith("Log:\n  sh: pip instal\n")


def test_a_limit_is_the_verdict() -> None:
    shown = text(grade(lab(), Outcome({}, limit=LimitHit("time", 120, "s"))))
    assert shown.startswith("⏱ Limit: time 120 s. 0 of 7.5 points.")


def test_what_is_not_available_is_the_verdict() -> None:
    missing = Unavailable("image", "node:20", "`node:20` is not in the catalogue.")
    shown = text(grade(lab(), Outcome({}, unavailable=missing)))
    assert shown.startswith("Not available here: `node:20` is not in the catalogue. No attempt is used.")


def test_progress_tells_what_runs_and_not_every_line() -> None:
    assert progress({"type": "phase", "phase": "build"}) == "Building"
    step = {"type": "step", "state": "running", "index": 2, "of": 4, "name": "RUN true"}
    assert progress(step) == "Building step 2 of 4: RUN true"
    assert progress({**step, "state": "done"}) is None
    assert progress({"type": "log", "text": "x"}) is None


def test_a_line_is_told_with_its_file() -> None:
    failed = build(ok=False, problem=Problem("x", 4))
    graded = grade(lab(), Outcome({"image": failed}))
    other = replace(graded, checks=tuple(replace(check, file="compose.yaml") for check in graded.checks))
    assert "First: It builds (line 4 of compose.yaml)" in text(other)
