"""Lab versions, submissions, runs, check results: the rows that pages read. Moves are in `labs.moves`."""

from __future__ import annotations

import uuid
import zlib

from django.conf import settings
from django.db import models
from django.db.models.functions import Now

from labs.moves import SubmissionQuerySet


class LabVersion(models.Model):
    """A published version of a lab. Never changes: an edit has another digest, hence another row."""

    slug = models.SlugField(max_length=64)
    version = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)  # SHA-256 over every file of the lab's folder
    title = models.CharField(max_length=120)
    spec = models.JSONField()  # lab.toml as written
    files = models.JSONField(default=dict)  # {path: text} of what regrading needs: brief, starter, context
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["slug", "version", "digest"], name="one_row_per_digest")]

    def __str__(self) -> str:
        return f"{self.slug} v{self.version}"


class Submission(models.Model):
    """One submission; the row is the job. States move only by `SubmissionQuerySet`."""

    class State(models.TextChoices):
        QUEUED = "queued"
        RUNNING = "running"
        GRADED = "graded"
        FAULTED = "faulted"
        CANCELLED = "cancelled"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    learner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="submissions")
    cohort = models.ForeignKey("people.Cohort", on_delete=models.SET_NULL, null=True, related_name="submissions")
    lab_version = models.ForeignKey(LabVersion, on_delete=models.PROTECT, related_name="submissions")
    slug = models.SlugField(max_length=64)
    files = models.JSONField()  # {name: text}
    number = models.PositiveIntegerField()  # 1, 2, ... for this learner and lab
    form_key = models.UUIDField(null=True, editable=False)  # of one form with these texts, which may arrive twice
    state = models.CharField(max_length=16, choices=State, default=State.QUEUED)
    counted = models.BooleanField(default=True)  # uses up an attempt: not when the platform failed or lacks something
    created_at = models.DateTimeField(db_default=Now())
    claimed_at = models.DateTimeField(null=True)  # the last claim
    graded_at = models.DateTimeField(null=True)  # the end, also of a faulted or cancelled one
    woken_at = models.DateTimeField(db_default=Now())  # when a wake-up call was last sent for it
    lease_until = models.DateTimeField(null=True)
    fence = models.PositiveIntegerField(default=0)  # raised by every claim; later writes must name it
    tries = models.PositiveSmallIntegerField(default=0)
    worker = models.CharField(max_length=120, blank=True)
    fault = models.TextField(blank=True)  # the platform's own failure, for the operator
    progress = models.JSONField(default=dict)  # what the page shows while it runs; see `labs.progress`
    run = models.OneToOneField("Run", on_delete=models.SET_NULL, null=True, related_name="current_for")

    objects = SubmissionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["learner", "slug", "number"], name="one_number_per_lab"),
            models.UniqueConstraint(fields=["learner", "form_key"], name="one_submission_per_form"),
        ]
        indexes = [
            models.Index(fields=["state", "created_at"], name="submissions_in_a_state"),
            models.Index(fields=["learner", "claimed_at"], name="submissions_of_a_learner"),
        ]

    def __str__(self) -> str:
        return f"{self.slug} #{self.number} of {self.learner}"

    @property
    def is_final(self) -> bool:
        return self.state not in {self.State.QUEUED, self.State.RUNNING}

    def queue_place(self) -> int | None:
        """1 for the next to be claimed; None when it does not wait."""
        return Submission.objects.queue_place(self.pk)


class Run(models.Model):
    """One grading of a submission. A regrade is another run; `Submission.run` names the one that counts."""

    class Kind(models.TextChoices):
        LIVE = "live"
        REGRADE = "regrade"

    submission = models.ForeignKey(Submission, on_delete=models.CASCADE, related_name="runs")
    fence = models.PositiveIntegerField()
    kind = models.CharField(max_length=16, choices=Kind, default=Kind.LIVE)
    passed = models.BooleanField()
    points = models.FloatField()
    max_points = models.FloatField()
    counted = models.BooleanField()
    facts = models.JSONField()  # {experiment: {"type": ..., fields of sandbox.facts}}
    facts_version = models.PositiveIntegerField()
    build = models.JSONField(null=True)  # the grade contract's "build"
    limit = models.JSONField(null=True)
    unavailable = models.JSONField(null=True)
    timings = models.JSONField()  # seconds
    engine = models.TextField(blank=True)
    log = models.BinaryField(default=bytes)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["submission", "fence"], name="one_run_per_fence")]

    def __str__(self) -> str:
        return f"run {self.fence} of {self.submission_id}"

    @property
    def log_text(self) -> str:
        return zlib.decompress(bytes(self.log)).decode() if self.log else ""

    @staticmethod
    def pack(text: str) -> bytes:
        return zlib.compress(text.encode())


class CheckResult(models.Model):
    """A row a check of a run, with the verdict's words as they were."""

    class Status(models.TextChoices):
        PASSED = "passed"
        FAILED = "failed"
        SKIPPED = "skipped"

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="checks")
    position = models.PositiveSmallIntegerField()  # as the lab declares them, from 0
    check_id = models.SlugField(max_length=64)
    title = models.CharField(max_length=160)
    skill = models.CharField(max_length=64)
    status = models.CharField(max_length=16, choices=Status)
    required = models.BooleanField()
    points = models.FloatField()
    max_points = models.FloatField()
    expected = models.TextField(blank=True)
    found = models.TextField(blank=True)
    why = models.TextField(blank=True)
    hint = models.TextField(blank=True)
    line = models.PositiveIntegerField(null=True)  # of the learner's `file`
    file = models.CharField(max_length=64, default="Dockerfile")

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["run", "check_id"], name="one_result_per_check")]

    def __str__(self) -> str:
        return f"{self.check_id} {self.status}"


class SandboxProof(models.Model):
    """One configuration of the sandbox and what attacks on it showed; see `labs.gate`."""

    fingerprint = models.CharField(max_length=64, unique=True)
    seen_at = models.DateTimeField(db_default=Now())  # when a worker or the command line last found it running
    tried_at = models.DateTimeField(null=True)
    holds = models.BooleanField(default=False)  # every attack of the last report was contained
    whole = models.BooleanField(default=False)  # the last report is on the whole corpus, not on its core
    report = models.JSONField(default=dict)  # as `sandbox.hostile.results.as_json` makes it

    def __str__(self) -> str:
        return f"sandbox {self.fingerprint}"
