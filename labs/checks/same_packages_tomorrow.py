"""`same-packages-tomorrow`: with newer versions in the index, the same ones are installed, indirect ones too."""

from __future__ import annotations

from labs.checks.base import Check, Claim, Context, Verdict
from labs.checks.describe import code, listed
from labs.checks.tomorrows import did_not_build
from sandbox.tomorrowfacts import Installed, Tomorrow

CLAIM = Claim(
    expected="Built again with newer versions in the index, every Python package has the version of today",
    why=(
        "An app breaks on an update of a package that its list does not even name: what its packages depend on is "
        "chosen anew at every build, unless somebody wrote it down."
    ),
)
HINT = (
    "Which packages does the build log list as installed, and which of them does `requirements.txt` name with `==`? "
    "Write down all of them, also those that only another package asks for; `pip freeze` prints such a list."
)
NOT_FOUND = "Which step installs the packages of `requirements.txt`, and are they in the final image?"


def run(tomorrow: Tomorrow, context: Context) -> Verdict:
    if not tomorrow.build.ok:
        return did_not_build(CLAIM, tomorrow)
    if not tomorrow.dependency:
        missing = code(context.experiment.dependency)
        return CLAIM.failed(f"No record of {missing} is in the image, so its version is not known", NOT_FOUND)
    changed = [package for package in tomorrow.installed if package.today != package.tomorrow]
    if changed:
        return CLAIM.failed(listed(map(_change, changed)), HINT)
    return CLAIM.passed(f"{len(tomorrow.installed)} packages, each with the version of today")


def _change(package: Installed) -> str:
    return f"{code(package.name)} {package.today or 'not there'} → {package.tomorrow or 'not there'}"


CHECK = Check("same-packages-tomorrow", Tomorrow, run)
