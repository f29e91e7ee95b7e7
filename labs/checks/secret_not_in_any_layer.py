"""`secret-not-in-any-layer`: a secret of the build context is nowhere in the image, not even in a removed file."""

from __future__ import annotations

from labs.checks.base import Check, Claim, Context, Verdict
from labs.checks.describe import code, listed, step
from sandbox.facts import Leak, Leaks

CLAIM = Claim(
    expected="The secret that lies beside the app is in no layer of the image",
    why="Whoever can pull the image can read every layer of it, also the ones whose files a later layer removed.",
)
HINT = (
    "Which line takes this file along? Copy what the app needs by its name, or name the secret in `.dockerignore`. "
    "Removing it in a later step only hides it: the layer that brought it is still pulled."
)


def run(leaks: Leaks, context: Context) -> Verdict:
    if leaks.places:
        return CLAIM.failed(listed(_place(leak, leaks.file) for leak in leaks.places), HINT)
    return CLAIM.passed(f"What {code(leaks.file)} holds was found nowhere")


def _place(leak: Leak, file: str) -> str:
    if not leak.path:
        return f"What {code(file)} holds stands in the image's configuration"
    removed = "" if leak.visible else ", removed by a later layer and still in there"
    return f"{code(leak.path)} from {step(leak.created_by)} holds it{removed}"


CHECK = Check("secret-not-in-any-layer", Leaks, run)
