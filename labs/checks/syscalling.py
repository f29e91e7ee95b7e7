"""What the checks of a seccomp profile share: a profile that was not loaded, and names that nobody has."""

from __future__ import annotations

from labs.checks.base import Claim, Verdict
from labs.checks.describe import code, listed
from sandbox.syscallfacts import Syscalls, Tried

NOT_LOADED = "the profile could not be loaded"


def not_loaded(claim: Claim) -> Verdict:
    return claim.not_measured(NOT_LOADED)


def unknown(fact: Syscalls) -> str:
    """What to add to a verdict where the profile names calls that no kernel has."""
    if not fact.unknown_names:
        return ""
    names = listed(map(code, fact.unknown_names), ", ")
    return f". The profile also names {names}: no kernel has such a call, and the engine leaves it out without a word"


def call(tried: Tried) -> str:
    """`mkdir`, allowed for some arguments."""
    return code(tried.name) + (", for some arguments" if tried.outcome == "partly" else "")
