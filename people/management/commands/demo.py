"""`manage.py demo`: a demo cohort with the accounts that stand on standard input.

[{"role": "instructor" | "learner", "username": …, "password": …}, …]; running it again changes nothing but passwords.
"""

from __future__ import annotations

import json
import sys
from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction

from people.models import Cohort, Membership, User

COHORT = "Demo cohort"


class Command(BaseCommand):
    help = "Make the demo cohort with the accounts given as JSON on standard input."

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        cohort, _ = Cohort.objects.get_or_create(name=COHORT)
        for account in json.load(sys.stdin):
            user, _ = User.objects.get_or_create(username=account["username"])
            if not user.check_password(account["password"]):
                user.set_password(account["password"])
                user.save()
            Membership.objects.update_or_create(user=user, cohort=cohort, defaults={"role": account["role"]})
