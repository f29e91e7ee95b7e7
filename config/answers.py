"""What `manage.py doctor` finds: one answer per question."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Answer:
    """`ok` None: worth knowing, or it could not be asked here. False: labs cannot open, and `todo` says what to do."""

    name: str
    found: str
    ok: bool | None = None
    todo: str = ""
