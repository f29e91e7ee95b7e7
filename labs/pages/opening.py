"""The notice on every page while labs are being opened, or stay closed."""

from __future__ import annotations

from functools import cached_property

from django.conf import settings
from django.http import HttpRequest

from labs import opening
from people.models import Cohort, User
from sandbox import start
from sandbox.start import Start


class Banner:
    """Asks only for what a template shows: a page of the lesson costs one look at a small file."""

    def __init__(self, request: HttpRequest) -> None:
        self._request = request

    @cached_property
    def start(self) -> Start | None:
        return start.read(settings.VAR)

    @property
    def starting(self) -> bool:
        """Labs are going to open by themselves, so the page looks again."""
        return self.start is not None and self.start.runs and not opening.no_engine()

    @property
    def failed(self) -> bool:
        return self.start is not None and self.start.stage == start.FAILED

    @property
    def when(self) -> str:
        return opening.when(self.start) if self.start else ""

    @property
    def doing(self) -> str:
        return opening.doing(self.start) if self.start else ""

    @cached_property
    def why(self) -> str:
        return opening.why_closed()

    @cached_property
    def detail(self) -> str:
        """What failed, in the words of the program: for operators and instructors."""
        user = self._request.user
        if self.start is None or not self.failed or not isinstance(user, User):
            return ""
        operates = user.is_staff or Cohort.objects.taught_by(user).exists()
        return self.start.detail if operates else ""
