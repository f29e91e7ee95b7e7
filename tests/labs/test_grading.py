from __future__ import annotations

from typing import Any

import pytest

from labs.grading import Grade, grade
from sandbox.facts import Fact, LimitHit, Outcome, PathAccess, Problem, Timings, Unavailable
from tests.labs.facts import added_files, build, process, rebuild, start, write_access
from tests.labs.tiny import LAB_TOML, lab


def outcome(facts: dict[str, Fact | None] | None = None, **fields: Any) -> Outcome:
    """Everything as it should be, but for `facts`; None takes one away."""
    good: dict[str, Fact | None] = {
        "image": build(),
        "app": start(),
        "setuid": added_files(),
        "access": write_access(),
        "edit": rebuild(),
    }
    merged = {**good, **(facts or {})}
    return Outcome({name: fact for name, fact in merged.items() if fact is not None}, **fields)


def statuses(grade: Grade) -> str:
    return " ".join(check.status for check in grade.checks)


def test_all_passed_is_full_marks() -> None:
    full = grade(lab(), outcome())
    assert (full.passed, full.counted, full.points, full.max_points) == (True, True, 7.5, 7.5)
    assert [check.id for check in full.checks] == [
        "builds",
        "serves",
        "no-root-process",
        "code-not-writable",
        "deps-cached-on-source-change",
    ]
    assert all(check.hint == "" for check in full.checks)
    assert full.build == build()


def test_an_optional_check_costs_its_points_and_not_the_lab() -> None:
    writable = write_access(PathAccess("/app/app.py", True, True))
    result = grade(lab(), outcome({"access": writable}))
    assert (result.passed, result.points) == (True, 6)


def test_a_required_check_costs_the_lab_whatever_the_points() -> None:
    result = grade(lab("pass_at = 6", "pass_at = 1"), outcome({"edit": rebuild(dependencies_rerun=True)}))
    assert (result.passed, result.points) == (False, 6.5)


def test_too_few_points_do_not_pass_even_if_every_required_check_did() -> None:
    writable = write_access(PathAccess("/app/app.py", True, True))
    assert not grade(lab("pass_at = 6", "pass_at = 7"), outcome({"access": writable})).passed


def test_a_failed_build_fails_alone_and_the_rest_says_why() -> None:
    failed = build(ok=False, problem=Problem("no such command", 3))
    only = outcome({"image": failed, "app": None, "setuid": None, "access": None, "edit": None})
    result = grade(lab(), only)
    assert statuses(result) == "failed skipped skipped skipped skipped"
    assert result.checks[0].found == "no such command"
    assert {check.found for check in result.checks[1:]} == {"Not measured: the image was not built"}
    assert (result.passed, result.points, result.counted) == (False, 0, True)


def test_a_dead_app_is_told_to_every_check_that_needs_it() -> None:
    dead = start(answered=False, exit_code=1, processes=(), exchanges=())
    result = grade(lab(), outcome({"app": dead, "access": None}))
    assert statuses(result) == "passed failed skipped skipped passed"
    assert result.checks[2].found == "Not measured: the app never answered"
    assert result.checks[3].found == "Not measured: the app never answered"


def test_a_need_on_another_check_is_told_by_its_title() -> None:
    needy = lab('needs = ["serves"]\ntitle = "It cannot', 'needs = ["no-root-process"]\ntitle = "It cannot')
    result = grade(needy, outcome({"app": start(processes=(process(uid=0),))}))
    assert result.checks[3].found == "Not measured: it needs “Nothing runs as root” to pass first"


def test_a_fact_that_is_not_there_is_never_passed() -> None:
    result = grade(lab(), outcome({"access": None, "edit": None}))
    assert statuses(result) == "passed passed passed skipped skipped"
    assert result.checks[4].found == "Not measured: its experiment did not run"
    assert not result.passed


def test_a_build_stopped_by_a_limit_fails_naming_it() -> None:
    hit = LimitHit("memory", 512, "MB", "[4/5] RUN make")
    stopped = build(ok=False)
    result = grade(
        lab(),
        outcome({"image": stopped, "app": None, "setuid": None, "access": None, "edit": None}, limit=hit),
    )
    assert statuses(result) == "failed skipped skipped skipped skipped"
    assert result.checks[0].found == "Limit: memory 512 MB, step “[4/5] RUN make”"
    assert "?" in result.checks[0].hint
    assert result.limit == hit


def test_a_limit_before_there_was_any_fact_is_the_builds_too() -> None:
    result = grade(lab(), Outcome({}, limit=LimitHit("image", 1536, "MB")))
    assert statuses(result) == "failed skipped skipped skipped skipped"
    assert result.checks[0].found == "Limit: image 1536 MB"


def test_a_start_stopped_by_a_limit_fails_serves() -> None:
    dead = start(answered=False, exit_code=137, processes=(), exchanges=())
    hit = LimitHit("memory", 256, "MB", "start")
    result = grade(lab(), outcome({"app": dead, "access": None, "edit": None}, limit=hit))
    assert statuses(result) == "passed failed skipped skipped skipped"
    assert result.checks[1].found == "Limit: memory 256 MB, step “start”"


def test_a_limit_in_a_later_build_blames_neither() -> None:
    # The experiment that was stopped leaves what it had: a build, where a comparison was expected.
    hit = LimitHit("time", 120, "s")
    result = grade(lab(), outcome({"edit": build(ok=False)}, limit=hit))
    assert statuses(result) == "passed passed passed passed skipped"
    assert result.checks[4].found == "Not measured: the experiments were stopped by a limit"
    assert not result.passed


def test_what_is_not_available_costs_no_attempt() -> None:
    missing = Unavailable("image", "node:20", "`node:20` is not available here.", 1)
    result = grade(lab(), Outcome({"image": build(ok=False)}, unavailable=missing))
    assert (result.counted, result.passed, result.unavailable) == (False, False, missing)
    assert statuses(result) == "skipped skipped skipped skipped skipped"
    assert result.checks[0].found == "Not measured: `node:20` is not available here"


def test_nothing_measured_is_never_passed() -> None:
    optional = LAB_TOML.replace("points = 1\n", "points = 1\nrequired = false\n").replace(
        "points = 3", "points = 3\nrequired = false"
    )
    nothing_required = lab(**{"lab.toml": optional})
    assert not any(check.required for check in nothing_required.checks)
    result = grade(nothing_required, Outcome({}))
    assert "passed" not in statuses(result)
    assert not result.passed


@pytest.mark.parametrize("total", [0.0, 2.5])
def test_the_time_of_the_checks_is_part_of_the_total(total: float) -> None:
    timings = grade(lab(), outcome(timings=Timings(build=1.0, total=total))).timings
    assert timings.build == 1.0
    assert timings.checks > 0
    assert timings.total == pytest.approx(total + timings.checks)
