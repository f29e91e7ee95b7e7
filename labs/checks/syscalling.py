"""What the checks of a seccomp profile share: a profile that was not loaded, and names that nobody has."""

from __future__ import annotations

from labs.checks.base import Claim, Verdict
from labs.checks.describe import code, listed
from sandbox.syscallfacts import Syscalls, Tried

NOT_LOADED = "the profile could not be loaded"


def not_loaded(claim: Claim) -> Verdict:
    return claim.not_measured(NOT_LOADED)


def unknown(fact: Syscalls) -> str:
    """What to add to a verdict where the profile holds what the engine leaves out without a word."""
    said = ""
    if fact.unknown_names:
        names = listed(map(code, fact.unknown_names), ", ")
        said += (
            f". The profile also names {names}: no kernel has such a call, and the engine leaves it out without a word"
        )
    if fact.ignored_keys:
        keys = listed(map(code, fact.ignored_keys), ", ")
        said += f". Docker does not read the keys {keys}, which other tools write; it reads the numbers next to them"
    return said


def call(tried: Tried) -> str:
    """`mkdir`, for some arguments."""
    remarks = {
        "partly": ", for some arguments",
        "pretended": ", skipped with error 0, so the program takes it for done",
    }
    return code(tried.name) + remarks.get(tried.outcome, "")
