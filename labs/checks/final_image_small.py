"""`final-image-small`: the final image is much smaller than the starter's, built on the same engine."""

from __future__ import annotations

from labs.checks.base import Check, Claim, Context, Verdict
from sandbox.facts import ImageFiles

MOST = 0.6  # of the starter's image: a slim image with an interpreter fits, one with a compiler does not
CLAIM = Claim(
    expected=f"At most {MOST:.0%} of the starter's image",
    why="Every byte is pulled by every machine, at every start on a new one, and scanned every night.",
)
HINT = (
    "Which layer carries the most? Look at the table of layers: the base of the last FROM counts, and so does "
    "everything that is copied or installed after it."
)


def run(image: ImageFiles, context: Context) -> Verdict:
    share = image.size / max(image.starter_size, 1)
    found = f"{image.size / 1e6:.1f} MB, {share:.0%} of the starter's {image.starter_size / 1e6:.1f} MB"
    return CLAIM.failed(found, HINT) if share > MOST else CLAIM.passed(found)


CHECK = Check("final-image-small", ImageFiles, run)
