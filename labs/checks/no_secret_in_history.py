"""`no-secret-in-history`: no secret in any layer, nor in the image's environment, labels or history."""

from __future__ import annotations

from labs.checks.base import Check, Claim, Context, Verdict
from labs.checks.describe import code, listed, step
from sandbox.facts import Leak, Leaks

CLAIM = Claim(
    expected="No secret in any layer, in the environment or in the history of the image",
    why=(
        "`docker history` and `docker inspect` show build arguments and variables to everybody who may pull the image, "
        "and a removed file is still in the layer that brought it."
    ),
)
HINT = (
    "Does the app need it to be built, or only to run? What it needs to run is given to the container at its start. "
    "Copy files by name, and take the line out that writes the secret down."
)
SHOWN = 4  # characters of a secret that is shown back


def run(leaks: Leaks, context: Context) -> Verdict:
    if leaks.places:
        return CLAIM.failed(listed(_place(leak, leaks.file) for leak in leaks.places), HINT)
    return CLAIM.passed("None was found in any layer or in the configuration")


def _place(leak: Leak, file: str) -> str:
    what = f"the secret {code(leak.text[:SHOWN] + '…')}" if leak.text else f"what {code(file)} holds"
    if not leak.path:
        return f"The image's configuration shows {what}"
    removed = "" if leak.visible else ", removed by a later layer and still in there"
    return f"{code(leak.path)} from {step(leak.created_by)} holds {what}{removed}"


CHECK = Check("no-secret-in-history", Leaks, run)
