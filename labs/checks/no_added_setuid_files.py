"""`no-added-setuid-files`: the image brings no set-user-ID program beyond those of its base."""

from __future__ import annotations

from labs.checks.base import Check, Claim, Context, Verdict
from labs.checks.describe import code, listed
from sandbox.facts import AddedFiles, FileEntry

CLAIM = Claim(
    expected="No set-user-ID file besides those of the base image",
    why=("A set-user-ID program runs as its owner, whoever starts it: for an intruder it is a way back to root."),
)
HINT = (
    "Which line brought this file: a package, or a `chmod`? Leave the package out (sudo has no work in a "
    "container), or take the bit away in the same RUN: `chmod u-s FILE`."
)


def run(added: AddedFiles, context: Context) -> Verdict:
    if added.setuid:
        return CLAIM.failed(listed(map(_entry, added.setuid)), HINT)
    return CLAIM.passed("None was added")


def _entry(file: FileEntry) -> str:
    return f"{code(file.path)}, mode {file.mode:04o}, owner uid {file.uid}"


CHECK = Check("no-added-setuid-files", AddedFiles, run)
