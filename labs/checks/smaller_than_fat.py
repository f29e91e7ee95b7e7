"""`smaller-than-fat`: the image is much smaller than the starter's, built on the same engine."""

from __future__ import annotations

from labs.checks.base import Check, Claim, Context, Verdict
from sandbox.contentfacts import Contents

MOST = 0.5  # of the starter's image: a slim base with an app and its packages has about a third
CLAIM = Claim(
    expected=f"At most {MOST:.0%} of the size of the starter's image",
    why="What is not in the image is not pulled at every deployment, not scanned every night and never exploited.",
)
HINT = (
    "Which layers are the large ones, and does the app open any of their files? The base of the last FROM counts, and "
    "a file that a later step removes counts too."
)


def run(contents: Contents, context: Context) -> Verdict:
    share = contents.size / max(contents.starter_size, 1)
    found = f"{contents.size / 1e6:.1f} MB, {share:.0%} of the starter's {contents.starter_size / 1e6:.1f} MB"
    return CLAIM.failed(found, HINT) if share > MOST else CLAIM.passed(found)


CHECK = Check("smaller-than-fat", Contents, run)
