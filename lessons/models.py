"""The ledger that mastery is computed from. Quizzes write it, and so does `labs` with what it measured."""

from __future__ import annotations

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
