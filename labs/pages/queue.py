"""The queue in words: "Queued: 3rd, about 20 s"."""

from __future__ import annotations

import math

from django.conf import settings

from labs.models import Run, Submission

LATELY = 20  # gradings that the estimate averages over
USUAL_SECONDS = 5.0  # before anything was graded here
ROUND_TO = 5  # seconds; more precision would be pretence


def ordinal(number: int) -> str:
    ending = "th" if number % 100 in {11, 12, 13} else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"


def queue_words(submission: Submission) -> str:
    """Two queries. "Starting" when a worker took it between the page's queries."""
    place = submission.queue_place()
    if place is None:
        return "Starting"
    seconds = math.ceil(place / settings.CELERY_WORKER_CONCURRENCY) * _usual_seconds()
    rounded = max(ROUND_TO, ROUND_TO * round(seconds / ROUND_TO))
    time = f"{rounded} s" if rounded < 120 else f"{round(rounded / 60)} min"
    return f"Queued: {ordinal(place)}, about {time}"


def _usual_seconds() -> float:
    newest = list(Run.objects.order_by("-pk").values_list("timings", flat=True)[:LATELY])
    return sum(float(timings["total"]) for timings in newest) / len(newest) if newest else USUAL_SECONDS
