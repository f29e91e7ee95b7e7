"""What the `syscalls` experiment measured; in every other way as `sandbox.facts` says."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

# pretended: skipped, and reported to the program as done. unknown: this machine has no such call
Outcome = Literal["allowed", "refused", "partly", "pretended", "unknown"]


@dataclass(frozen=True, slots=True)
class Tried:
    """One call, made by our probe under the learner's profile and once more without any."""

    name: str  # the kernel's, with a remark where only some of its uses are meant: "clone(a new thread)"
    listed: Literal["needed", "forbidden", ""]  # by the lab
    named: bool  # some rule of the profile names it; else only the default action answered
    outcome: Outcome
    refusal: str = ""  # "EPERM", "error 99", "SCMP_ACT_KILL": what the profile says to it


@dataclass(frozen=True, slots=True)
class Syscalls:
    """`kind = "syscalls"`: which calls the learner's profile lets through, as the kernel answered them."""

    file: str  # the learner's
    loaded: bool  # the engine took the profile, and a program could be started under it
    default_action: str = ""  # SCMP_ACT_ERRNO
    calls: tuple[Tried, ...] = ()
    unknown_names: tuple[str, ...] = ()  # names in the profile that no kernel has
    ignored_keys: tuple[str, ...] = ()  # keys of the profile that other tools read, and Docker does not
    problem: str = ""  # why it was not loaded, in words
    line: int | None = None  # of the file, where the problem has one
