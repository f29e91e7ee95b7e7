"""`data-survives`: what the app was told before its containers were removed is there with the new ones."""

from __future__ import annotations

from labs.checks.base import Check, Claim, Context, Verdict
from labs.checks.describe import exchange, listed
from sandbox.composefacts import ComposeCycle

COMMANDS = {"down": "`docker compose down` and `up`", "recreate": "`docker compose up --force-recreate`"}
WHY = "Containers are replaced with every update; whatever only lives in one of them is lost on that day."
HINT = (
    "Where does the app keep its notes, and what lies at exactly that path? A named volume, listed under `volumes` at "
    "the end of the file too, outlives `down`; a volume without a name and a tmpfs are new each time."
)
NOT_BACK = "What does the new container print? It has to start with the data of the old one."
FILE = "compose.yaml"


def run(cycle: ComposeCycle, context: Context) -> Verdict:
    claim = Claim(f"After {COMMANDS[cycle.how]} the app still has the note", WHY)
    if cycle.problem is not None:
        return claim.failed(cycle.problem.message, NOT_BACK, cycle.problem.line, FILE)
    line = next((one.line for one in cycle.services if one.name == context.experiment.service), None)
    if not cycle.answered:
        return claim.failed("The app did not answer again", NOT_BACK, line, FILE)
    lost = [made for made in cycle.exchanges if not made.ok]
    if lost:
        found = listed(f"{exchange(made)}, expected {made.wanted}" for made in lost)
        return claim.failed(f"{found}, {cycle.seconds:.1f} s later", HINT, line, FILE)
    return claim.passed(f"The note is there {cycle.seconds:.1f} s later, in another container")


CHECK = Check("data-survives", ComposeCycle, run)
