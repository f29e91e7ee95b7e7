"""`runs-what-was-verified`: what the script prints is the very image whose signature it has verified."""

from __future__ import annotations

from labs.checks.base import Check, Claim, Context, Verdict
from labs.checks.describe import code, listed
from labs.checks.signing import ending
from sandbox.signfacts import Signing, Verified

CLAIM = Claim(
    expected="The last line is `repository@sha256:…` of the image whose signature was verified, or nothing is accepted",
    why="Between verifying a tag and running it, somebody can move it. A digest cannot be moved.",
)
HINT = (
    "How often is the tag looked up between the first line of your script and the start of the image? Each look may "
    "find another one. Verify by digest what you found at the first, and print that digest."
)
WHERE = {
    "signed": "a signed image",
    "moved-tag": "a tag that was moved to another signed image",
    "moving-tag": "a tag that was moved from a signed image to an unsigned one after the first look",
    "moving-tag-later": "a tag that was moved from a signed image to an unsigned one after the second look",
    "moving-tag-back": "a tag that was moved from an unsigned image to a signed one after the first look",
}
MUST_ACCEPT = ("signed", "moved-tag")
NAMES = {
    "other": "is another image than the one whose signature is good",
    "tag": "is no digest, so what runs is whatever it names by then",
    "nothing": "nothing: there is no image to run",
}


def run(fact: Signing, context: Context) -> Verdict:
    cases = [one for one in fact.verified if one.case in WHERE]
    wrong = [f"{WHERE[one.case]}: {words}" for one in cases if (words := _wrong(one))]
    if wrong:
        return CLAIM.failed(listed(wrong), HINT, file=fact.verify)
    return CLAIM.passed(f"In all {len(cases)} cases what it printed is what was verified, or it refused what moved")


def _wrong(one: Verified) -> str:
    if one.accepted:
        return "" if one.names == "verified" else f"{code(one.printed, 90)} {NAMES[one.names]}".replace("`` ", "")
    if one.case in MUST_ACCEPT or not one.refused:
        return f"not accepted, {ending(one.ran)}"
    return ""


CHECK = Check("runs-what-was-verified", Signing, run)
