"""How a submission stands, in the words of the pages: a tone, a sign, a word, a sentence."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from labs.models import Run, Submission

DASH = "\N{EN DASH}"
# The variation selector asks for the plain sign; some systems would paint a coloured picture instead.
_STEP = re.compile(r"\[(?:\S+ +)?(\d+)/\d+\]")


@dataclass(frozen=True, slots=True)
class Outcome:
    """`tone` picks the colour; `sign` and `word` say the same without it."""

    tone: str
    sign: str
    word: str
    detail: str = ""


PASSED = Outcome("passed", "✓", "Passed")
NOT_YET = Outcome("failed", "✕", "Not yet")
NOT_MEASURED = Outcome("neutral", DASH, "Not measured")
CHECKS = {"passed": PASSED, "failed": NOT_YET, "skipped": NOT_MEASURED}
_STATES = {
    Submission.State.QUEUED: Outcome("running", "◷", "Queued"),
    Submission.State.RUNNING: Outcome("running", "▸", "Running"),
    Submission.State.CANCELLED: Outcome("neutral", DASH, "Cancelled", "It was taken back; no attempt was used."),
    Submission.State.FAULTED: Outcome(
        "platform",
        "⚙\N{VARIATION SELECTOR-15}",
        "Our machine failed; no attempt used",
        "Your files were not the reason, and they are kept below. Send them again; "
        "if it repeats, tell your instructor.",
    ),
}


def outcome(submission: Submission) -> Outcome:
    """Needs the submission with its run; asks the database nothing more."""
    run = submission.run
    if submission.state != Submission.State.GRADED or run is None:
        return _STATES.get(Submission.State(submission.state), _STATES[Submission.State.FAULTED])
    return _graded(run)


def _graded(run: Run) -> Outcome:
    if run.unavailable:
        return Outcome("limit", DASH, "Not available here", str(run.unavailable["message"]))
    if run.limit:
        return Outcome(
            "limit",
            "⏱\N{VARIATION SELECTOR-15}",
            limit_words(run.limit),
            "The bound stopped it. What was measured until then is below.",
        )
    if run.build and not run.build["ok"]:
        return Outcome("failed", "✕", stopped_words(run.build))
    return PASSED if run.passed else NOT_YET


def limit_words(limit: Mapping[str, Any]) -> str:
    """ "Limit: memory 512 MB, step 4"."""
    words = f"Limit: {limit['name']} {limit['value']:g} {limit['unit']}"
    step = str(limit.get("step") or "")
    number = _STEP.search(step)
    if number:
        return f"{words}, step {number[1]}"
    return f"{words}, {step}" if step else words


def stopped_words(build: Mapping[str, Any]) -> str:
    """ "Build stopped at line 4", as far as the line is known."""
    line = build.get("line")
    return f"Build stopped at line {line}" if line else "Build stopped"
