"""A Grade → its rows, in one transaction that only the row's present fence can commit."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from django.conf import settings
from django.db import transaction

from labs import grading
from labs.grading import CheckGrade, Grade
from labs.models import CheckResult, Run, Submission
from lessons.models import Evidence
from sandbox.facts import FACTS_VERSION


def record(submission: Submission, grade: Grade) -> bool:
    """Store the grade as the submission's result. False: the row was lost, and nothing is written."""
    pk, fence = submission.pk, submission.fence
    with transaction.atomic():
        if not Submission.objects.held(pk, fence).exists():
            return False
        run = _run(submission, grade)
        if not Submission.objects.finish(pk, fence, run):
            transaction.set_rollback(True)  # lost between the two lines above
            return False
        CheckResult.objects.bulk_create(_check(run, at, check) for at, check in enumerate(grade.checks))
        if grade.counted:
            _credit(submission, grade)
    return True


def _run(submission: Submission, grade: Grade) -> Run:
    contract = grading.to_json(grade)
    return Run.objects.create(
        submission=submission,
        fence=submission.fence,
        passed=grade.passed,
        points=grade.points,
        max_points=grade.max_points,
        counted=grade.counted,
        facts=grading.facts_json(grade.facts),
        facts_version=FACTS_VERSION,
        build=_build(grade, contract["build"]),
        limit=contract["limit"],
        unavailable=asdict(grade.unavailable) if grade.unavailable else None,
        timings=asdict(grade.timings),
        engine=grade.engine,
        log=Run.pack(bounded(grade.log, settings.RUN_LOG_BYTES)),
    )


def _build(grade: Grade, contract: dict[str, Any] | None) -> dict[str, Any] | None:
    """With the line where it stopped, so that lists can say it without reading the facts."""
    problem = grade.build.problem if grade.build else None
    return {**contract, "line": problem.line} if contract and problem else contract


def _check(run: Run, position: int, check: CheckGrade) -> CheckResult:
    fields = asdict(check)
    return CheckResult(run=run, position=position, check_id=fields.pop("id"), **fields)


def _credit(submission: Submission, grade: Grade) -> None:
    """What was measured shows a skill or its lack; what was not measured shows nothing."""
    Evidence.objects.bulk_create(
        (
            Evidence(
                learner_id=submission.learner_id,
                skill=check.skill,
                source=f"labs/{submission.slug}/{submission.pk}/{check.id}",
                passed=check.status == "passed",
                points=check.points,
                max_points=check.max_points,
            )
            for check in grade.checks
            if check.status != "skipped"
        ),
        update_conflicts=True,
        unique_fields=["learner", "source"],
        update_fields=["skill", "passed", "points", "max_points"],
    )


def bounded(text: str, size: int) -> str:
    """Head and tail of a text longer than `size` bytes, with what is left out between them."""
    raw = text.encode()
    if len(raw) <= size:
        return text
    half = size // 2
    gap = f"\n… {len(raw) - 2 * half} bytes left out …\n"
    return raw[:half].decode(errors="ignore") + gap + raw[-half:].decode(errors="ignore")
