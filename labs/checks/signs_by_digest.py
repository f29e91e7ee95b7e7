"""`signs-by-digest`: afterwards the registry holds a good signature of the image that was meant, and of no other."""

from __future__ import annotations

from labs.checks.base import Check, Claim, Context, Verdict
from labs.checks.signing import ending
from sandbox.signfacts import Signing

CLAIM = Claim(
    expected="The digest that the tag had at the first look is signed with the key, and no other image is",
    why="A tag can move between your look at it and your signature. What nobody looked at is then signed by you.",
)
NOTHING = "What does the script say when you run it? The options for this registry stand in the starter."
OTHER = (
    "We moved the tag after your script had looked it up once. How many times does it look? Whatever it finds first, "
    "`repository@sha256:…`, names one image for ever."
)


def run(fact: Signing, context: Context) -> Verdict:
    signed = fact.signed
    if signed.right and not signed.others:
        return CLAIM.passed("The registry holds its signature, and the key verifies it")
    if signed.others:
        found = "An image was signed that the tag came to name only after the first look"
        return CLAIM.failed(found, OTHER, file=fact.sign)
    return CLAIM.failed(f"The registry holds no signature of it: {ending(signed.ran)}", NOTHING, file=fact.sign)


CHECK = Check("signs-by-digest", Signing, run)
