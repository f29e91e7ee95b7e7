"""`no-floating-reference`: every image that the build takes is named so that it is the same one tomorrow."""

from __future__ import annotations

from labs.checks.base import Check, Claim, Context, Verdict
from labs.checks.describe import code, listed
from sandbox.tomorrowfacts import Tomorrow

CLAIM = Claim(
    expected="Every image is named by a tag that stays, or by a digest",
    why=(
        "A tag like `3.11` is moved with every release and every rebuild of its base. What was tested is then not what "
        "is built, and nothing in your repository says when it changed."
    ),
)
HINT = (
    "Which part of the version does the tag leave open? Write it to the patch, or copy the name with its digest from "
    "the page of images. `COPY --from` and build arguments count like `FROM`."
)


def run(tomorrow: Tomorrow, context: Context) -> Verdict:
    floating = [reference for reference in tomorrow.references if reference.floating]
    if floating:
        found = listed(f"line {ref.line}: {code(ref.name)}, {ref.floating}" for ref in floating)
        return CLAIM.failed(found, HINT, floating[0].line)
    names = listed(code(reference.name) for reference in tomorrow.references)
    return CLAIM.passed(names or "No image from outside is taken")


CHECK = Check("no-floating-reference", Tomorrow, run)
