"""`few-packages`: the image carries far fewer packages than the starter's, over all of its layers."""

from __future__ import annotations

from collections import Counter

from labs.checks.base import Check, Claim, Context, Verdict
from labs.checks.describe import listed, step
from sandbox.contentfacts import Contents

MOST = 0.6  # of the starter's packages: a slim base fits, with a few packages of one's own; a full one does not
CLAIM = Claim(
    expected=f"At most {MOST:.0%} of the packages in the starter's image, over all layers",
    why=(
        "Every package is something that somebody has to patch, and that an intruder can use. A package that a later "
        "step removes, or whose entry is erased from the list, is still in the layer that brought it."
    ),
)
HINT = (
    "Which layer brings the most packages: the base of the last FROM, or a step of yours? Look for a base that has "
    "only what the app needs, and build in another stage what takes tools to build."
)


def run(contents: Contents, context: Context) -> Verdict:
    count, starter = len(contents.packages), contents.starter_packages
    found = f"{count} packages, {count / max(starter, 1):.0%} of the starter's {starter}"
    unlisted = sum(not package.listed for package in contents.packages)
    if unlisted:
        found += f"; {unlisted} of them in no list, known by their files"
    if count <= MOST * starter:
        return CLAIM.passed(found)
    brought = Counter(package.created_by for package in contents.packages)
    most = listed(f"{number} from {step(text)}" for text, number in brought.most_common(3))
    return CLAIM.failed(f"{found}: {most}", HINT)


CHECK = Check("few-packages", Contents, run)
