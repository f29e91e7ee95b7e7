"""`app-works`: the lab's app serves under what the learner wrote, as it does without."""

from __future__ import annotations

from labs.checks.base import Check, Claim, Context, Verdict
from labs.checks.describe import exchange, last_words, listed
from sandbox.facts import Start

CLAIM = Claim(
    expected="The app starts, answers, and does its work under your profile",
    why="A rule that breaks the app is switched off by the first person who is on call.",
)
UNREADABLE = "Does the file say at that place what you meant? A profile that cannot be read protects nothing."
NOT_STARTED = (
    "Which calls does a program need before it runs a line of its own: to be started, to load its libraries, to get "
    "memory? They belong on the list too, and so does every name in `calls.txt`."
)
ENDED = (
    "What did it print before it ended? A refused call often shows as “Operation not permitted”, and a killed process "
    "as exit code 159. “can't start new thread”: the C library falls back from `clone3` to `clone` for ENOSYS only."
)
WRONG = (
    "Which call does this request need that the others do not: writing a file, starting a thread, sending an answer?"
)


def run(start: Start, context: Context) -> Verdict:
    file = context.experiment.profile or "Dockerfile"
    if start.problem is not None:
        hint = UNREADABLE if start.problem.line is not None else NOT_STARTED
        return CLAIM.failed(start.problem.message, hint, start.problem.line, file)
    if not start.answered:
        return CLAIM.failed(f"{_ending(start)}{last_words(start.log_tail)}", ENDED, file=file)
    wrong = [exchange(made) for made in start.exchanges if not made.ok]
    if wrong:
        return CLAIM.failed(listed(wrong), WRONG, file=file)
    asked = len(start.exchanges)
    return CLAIM.passed(f"Answered {start.seconds:.2f} s after the start, and all {asked} requests as they should be")


def _ending(start: Start) -> str:
    if start.exit_code is None:
        return "It runs, and gave no good answer"
    return f"The app ended with exit code {start.exit_code}"


CHECK = Check("app-works", Start, run)
