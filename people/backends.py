"""How a password is checked."""

from __future__ import annotations

import threading
from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.http import HttpRequest

from people.models import User

# A hash takes a processor for a tenth of a second and 100 MB. Many at once would slow every page of this process.
_ONE = threading.BoundedSemaphore(1)


class OneHashAtATime(ModelBackend):
    """Check one password at a time in each web process; further log-ins wait, and pages do not."""

    def authenticate(
        self, request: HttpRequest | None, username: str | None = None, password: str | None = None, **kwargs: Any
    ) -> User | None:
        with _ONE:
            return super().authenticate(request, username=username, password=password, **kwargs)
