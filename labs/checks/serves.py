"""`serves`: the app answers another container over the network."""

from __future__ import annotations

from labs.checks.base import Check, Claim, Context, Verdict
from labs.checks.describe import code, last_words
from sandbox.composefacts import ComposeUp
from sandbox.facts import Start

WHY = "Every other question about a running app has no answer while nobody answers."
STILL_RUNS = (
    "Which address and which port does it listen on? Asked from another container, an app bound to "
    "127.0.0.1 is out of reach: listen on 0.0.0.0, and on the port that the brief names."
)
ENDED = (
    "What did it print before it ended? A container lives as long as its first process: look at CMD and "
    "ENTRYPOINT, at the paths in them, and at what that user may read."
)
REFUSED = "Does the program that CMD or ENTRYPOINT names exist in the final image, and the user that USER names?"

# In a project.
ALONE = (
    "Which address and which port does it listen on, and is a service that it waits for at its place? Asked from "
    "another container, an app bound to 127.0.0.1 is out of reach."
)
NO_MORE = (
    "What did it print before it ended? Look at `command`, at the paths in it, at what is mounted there, and at the "
    "services that it waits for. With `restart`, a service that ends is started again."
)
IN_THE_FILE = "What does the file say at that place, and what did you mean? Nothing was asked of the app yet."


def run(start: Start, context: Context) -> Verdict:
    experiment = context.experiment
    claim = Claim(f"`GET {experiment.ready}` on port {experiment.port} is answered from another container", WHY)
    if start.answered:
        return claim.passed(f"Answered {start.seconds:.2f} s after the start")
    if start.problem is not None and start.problem.message:
        hint = REFUSED if start.problem.file == "Dockerfile" else IN_THE_FILE
        return claim.failed(start.problem.message, hint, start.problem.line, start.problem.file)
    if isinstance(start, ComposeUp):
        return _in_a_project(start, claim, context)
    if start.exit_code is not None:
        return claim.failed(f"The app ended with exit code {start.exit_code}{last_words(start.log_tail)}", ENDED)
    found = f"It runs, but gave no good answer within {context.limits.start_seconds:.0f} s"
    return claim.failed(f"{found}{last_words(start.log_tail)}", STILL_RUNS)


def _in_a_project(up: ComposeUp, claim: Claim, context: Context) -> Verdict:
    """The service that was asked, and every other that has ended."""
    line = next((one.line for one in up.services if one.name == up.service), None)
    gone = [one for one in up.services if one.exit_code not in {None, 0} and one.name != up.service]
    others = "".join(
        f"; {code(one.name)} ended with exit code {one.exit_code}{last_words(one.log_tail)}" for one in gone[:2]
    )
    if up.exit_code is not None:
        found = f"{code(up.service)} ended with exit code {up.exit_code}{last_words(up.log_tail)}{others}"
        return claim.failed(found, NO_MORE, line, "compose.yaml")
    found = f"{code(up.service)} runs, but gave no good answer within {context.limits.start_seconds:.0f} s"
    found += last_words(up.log_tail) + others
    return claim.failed(found, ALONE, gone[0].line if gone else line, "compose.yaml")


CHECK = Check("serves", Start, run)
