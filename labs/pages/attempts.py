"""A learner's attempts at one lab, as the list below a lab's and a submission's page shows them.

What a line of it says changes only with the row's state and run. Pages ask for these alone, and templates cache the
list by them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.functional import SimpleLazyObject

from labs.models import Submission
from labs.pages.outcomes import Outcome, outcome

SHOWN = 20  # on a page, newest first


@dataclass(frozen=True, slots=True)
class Attempts:
    """`key` tells one list from another, and is "" for an empty one; `tries` is how many were graded and count."""

    key: str
    tries: int
    rows: Iterable[tuple[Submission, Outcome]]


NONE = Attempts(key="", tries=0, rows=())


def attempts(learner_id: int, slug: str) -> Attempts:
    """The rows themselves are fetched when a template comes to them."""
    asked = Submission.objects.attempts(learner_id, slug)[:SHOWN]
    marks = list(asked.values_list("pk", "state", "counted", "run_id"))
    return Attempts(
        key=" ".join(":".join(map(str, mark)) for mark in marks),
        tries=sum(state == Submission.State.GRADED and counted for _, state, counted, _ in marks),
        rows=SimpleLazyObject(lambda: [(one, outcome(one)) for one in asked]),
    )
