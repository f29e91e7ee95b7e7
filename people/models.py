"""Users, cohorts and who teaches whom. Imports nothing of ours."""

from __future__ import annotations

import uuid

from django.contrib.auth.models import AbstractUser
from django.db import models


class User(AbstractUser):
    """A person who signs in. `code` stands in addresses and exports instead of the row's number."""

    code = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)


class CohortQuerySet(models.QuerySet["Cohort"]):
    def taught_by(self, user: User) -> CohortQuerySet:
        return self.filter(memberships__user=user, memberships__role=Membership.Role.INSTRUCTOR)

    def of_learner(self, user: User) -> Cohort | None:
        """The cohort that a learner's work is shown to: the one joined last."""
        learning = self.filter(memberships__user=user, memberships__role=Membership.Role.LEARNER)
        return learning.order_by("-memberships__pk").first()


class Cohort(models.Model):
    """A class: its instructors see what its learners submitted as members of it."""

    code = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(max_length=120)

    objects = CohortQuerySet.as_manager()

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    class Role(models.TextChoices):
        LEARNER = "learner"
        INSTRUCTOR = "instructor"

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    cohort = models.ForeignKey(Cohort, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=16, choices=Role, default=Role.LEARNER)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "cohort"], name="one_membership_per_cohort")]

    def __str__(self) -> str:
        return f"{self.user} in {self.cohort} as {self.role}"
