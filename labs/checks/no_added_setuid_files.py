"""`no-added-setuid-files`: the image brings no way back to root beyond those of its base."""

from __future__ import annotations

from labs.checks.base import Check, Claim, Context, Verdict
from labs.checks.describe import code, listed
from sandbox.facts import AddedFiles, FileEntry

CLAIM = Claim(
    expected="No set-user-ID file, no file with strong capabilities and no open root account besides the base's",
    why=("A set-user-ID program runs as its owner, whoever starts it: for an intruder it is a way back to root."),
)
HINT = (
    "Which line brought this file: a package, or a `chmod`? Leave the package out (sudo has no work in a "
    "container), or take the bit away in the same RUN: `chmod u-s FILE`."
)
CAPABLE = (
    "Which line gave this file its capabilities? Every user who runs it may use them: leave out `setcap`, or give "
    "the file to nobody but the program that needs it, with no more than `cap_net_bind_service`."
)
ACCOUNT = "Which line changed root's password? A container needs none: leave the account locked, as the base has it."


def run(added: AddedFiles, context: Context) -> Verdict:
    if added.setuid:
        return CLAIM.failed(listed(map(_entry, added.setuid)), HINT)
    if added.capable:
        return CLAIM.failed(listed(map(_capable, added.capable)), CAPABLE)
    if added.accounts:
        names = listed(map(code, added.accounts), ", ")
        return CLAIM.failed(
            f"`su` opens an account with uid 0, because it has a password or needs none: {names}", ACCOUNT
        )
    return CLAIM.passed("None was added")


def _entry(file: FileEntry) -> str:
    owner = f"owner uid {file.uid}" if file.mode & 0o4000 else f"group {file.gid}"
    return f"{code(file.path)}, mode {file.mode:04o}, {owner}"


def _capable(file: FileEntry) -> str:
    return f"{code(file.path)} gives {listed(file.capabilities, ', ')} to every user who runs it"


CHECK = Check("no-added-setuid-files", AddedFiles, run)
