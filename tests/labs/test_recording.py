from __future__ import annotations

import pytest
from pytest_django import Settings

from labs.models import CheckResult, Run, Submission
from labs.recording import bounded, record
from lessons.models import Evidence
from sandbox.facts import LimitHit, Problem, Unavailable
from tests import factories

pytestmark = pytest.mark.django_db


def claimed() -> Submission:
    factories.submission(factories.user())
    row = Submission.objects.claim("worker")
    assert row is not None
    return row


def test_a_grade_becomes_one_run_with_its_checks_in_order() -> None:
    row = claimed()
    checks = (factories.check("b", line=4), factories.check("a", "failed", hint="Look at USER."))
    assert record(row, factories.grade(*checks))
    run = Run.objects.get()
    assert [(c.check_id, c.status, c.line) for c in run.checks.all()] == [
        ("b", "passed", 4),
        ("a", "failed", None),
    ]
    assert (run.fence, run.points, run.max_points, run.passed) == (1, 2.0, 4.0, False)
    assert run.facts["image"]["seconds"] == 3.9


def test_recording_twice_writes_once() -> None:
    row = claimed()
    assert record(row, factories.grade())
    assert not record(row, factories.grade())
    assert (Run.objects.count(), CheckResult.objects.count(), Evidence.objects.count()) == (1, 2, 2)


def test_a_lower_fence_writes_nothing() -> None:
    row = claimed()
    Submission.objects.update(fence=2)
    assert not record(row, factories.grade())
    assert not Run.objects.exists()


def test_evidence_is_what_was_measured() -> None:
    row = claimed()
    record(
        row,
        factories.grade(factories.check("a"), factories.check("b", "failed"), factories.check("c", "skipped")),
    )
    shown = {one.source.rpartition("/")[2]: (one.passed, one.points) for one in Evidence.objects.all()}
    assert shown == {"a": (True, 2.0), "b": (False, 0.0)}
    assert Evidence.objects.filter(source=f"labs/non-root/{row.pk}/a", learner=row.learner).exists()


def test_what_does_not_count_shows_nothing() -> None:
    row = claimed()
    missing = Unavailable("image", "alpine:3.9", "alpine:3.9 is not here.", 1)
    record(row, factories.grade(counted=False, passed=False, unavailable=missing))
    assert not Evidence.objects.exists()
    assert not Submission.objects.get().counted
    assert Run.objects.get().unavailable == {
        "kind": "image",
        "name": "alpine:3.9",
        "message": "alpine:3.9 is not here.",
        "file": "Dockerfile",
        "line": 1,
    }


def test_a_limit_is_stored_with_its_step() -> None:
    record(claimed(), factories.grade(limit=LimitHit("memory", 512, "MB", "[4/7] RUN x"), passed=False))
    limit = Run.objects.get().limit
    assert limit is not None
    assert (limit["name"], limit["value"], limit["unit"], limit["step"]) == (
        "memory",
        512,
        "MB",
        "[4/7] RUN x",
    )


def test_a_long_log_keeps_its_head_and_its_tail(settings: Settings) -> None:
    settings.RUN_LOG_BYTES = 100
    record(claimed(), factories.grade(log="a" * 500 + "é" * 500))
    log = Run.objects.get().log_text
    assert log.startswith("a" * 50 + "\n… 1400 bytes left out …\n")
    assert log.endswith("é" * 25)


def test_a_short_text_is_kept_whole() -> None:
    assert bounded("é" * 50, 100) == "é" * 50


def test_a_build_that_stopped_is_stored_with_its_line() -> None:
    stopped = factories.build(ok=False, problem=Problem("exit code 1", 5))
    record(claimed(), factories.grade(build=stopped, passed=False))
    build = Run.objects.get().build
    assert build is not None
    assert (build["ok"], build["line"]) == (False, 5)
