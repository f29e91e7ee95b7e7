"""The ledger that mastery is computed from, and what a learner answered and read.

Quizzes write the ledger, and so does `labs` with what it measured.
"""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models.functions import Now


class Evidence(models.Model):
    """One thing a learner showed about one skill. Written once for each source; a regrade replaces it."""

    learner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="evidence")
    skill = models.CharField(max_length=64)
    source = models.CharField(max_length=160)  # "labs/non-root/<submission>/no-root-process"
    passed = models.BooleanField()
    points = models.FloatField()
    max_points = models.FloatField()
    at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["learner", "source"], name="one_evidence_per_source")]
        indexes = [models.Index(fields=["learner", "skill"], name="evidence_of_a_skill")]

    def __str__(self) -> str:
        return f"{self.learner} {'showed' if self.passed else 'did not show'} {self.skill}"


class QuizSettings(models.Model):
    """What an instructor decides for a cohort. A learner without a cohort has the defaults."""

    class Reveal(models.TextChoices):
        SPENT = "spent", "When it is answered right, or the tries are used up"
        RIGHT = "right", "Only when it is answered right"
        NEVER = "never", "Never: only the picks are explained"

    cohort = models.OneToOneField("people.Cohort", on_delete=models.CASCADE, related_name="quiz_settings")
    attempts = models.PositiveSmallIntegerField(default=2)  # tries at one variant of a question
    reveal = models.CharField(max_length=8, choices=Reveal, default=Reveal.SPENT)
    gap_hours = models.PositiveSmallIntegerField(default=20)  # between two occasions that count for mastery
    assessment_size = models.PositiveSmallIntegerField(default=12)  # questions drawn
    assessment_attempts = models.PositiveSmallIntegerField(default=0)  # 0: as many as the learner likes

    def __str__(self) -> str:
        return f"Quizzes of {self.cohort}"


class Assessment(models.Model):
    """One drawn set. Every question is answered once, all together."""

    code = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    learner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="assessments")
    lesson = models.SlugField(max_length=64)
    questions = models.JSONField()  # [[question id, seed], …] as drawn
    started_at = models.DateTimeField(db_default=Now())
    finished_at = models.DateTimeField(null=True)
    score = models.FloatField(null=True)  # 0 to 1

    class Meta:
        indexes = [models.Index(fields=["learner", "lesson"], name="assessments_of_a_learner")]

    def __str__(self) -> str:
        return f"assessment of {self.learner}"


class Answer(models.Model):
    """One try at one question, kept for ever. The seed names the variant and the order that was shown."""

    learner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="answers")
    question = models.CharField(max_length=64)
    seed = models.PositiveIntegerField()
    variant = models.PositiveSmallIntegerField()
    number = models.PositiveSmallIntegerField()  # 1, 2, … for this seed
    given = models.JSONField()  # see `lessons.quiz.questions.Given`
    asked = models.JSONField(null=True)  # own-build questions: the choices as they were made from the facts
    score = models.FloatField()  # 0 to 1
    assessment = models.ForeignKey(Assessment, on_delete=models.CASCADE, null=True, related_name="answers")
    at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["learner", "question", "seed", "number"],
                condition=models.Q(assessment=None),
                name="one_answer_per_try",
            ),
            models.UniqueConstraint(
                fields=["assessment", "question"], condition=~models.Q(assessment=None), name="one_answer_in_assessment"
            ),
        ]
        indexes = [models.Index(fields=["learner", "question"], name="answers_of_a_learner")]

    def __str__(self) -> str:
        return f"{self.learner} on {self.question}: {self.score:.0%}"


class Reading(models.Model):
    """A section that a learner marked as read."""

    learner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="readings")
    lesson = models.SlugField(max_length=64)
    anchor = models.SlugField(max_length=64)
    at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["learner", "lesson", "anchor"], name="one_reading_per_section")]

    def __str__(self) -> str:
        return f"{self.learner} read {self.anchor}"
