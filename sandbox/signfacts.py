"""What the `signing` experiment measured; in every other way as `sandbox.facts` says."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from sandbox.scriptfacts import Ran

Named = Literal["verified", "other", "tag", "nothing"]


@dataclass(frozen=True, slots=True)
class Signed:
    """The signing script's run, and what the registry held afterwards, verified by us with the run's key."""

    ran: Ran
    right: bool  # the image that REF named when the script first looked it up
    others: int  # other images of the repository that the key signed


@dataclass(frozen=True, slots=True)
class Verified:
    """One run of the verifying script. `case` is "signed", or one of the attacks that the experiment names.

    moved-tag: the tag was moved to another signed image before. moving-tag, moving-tag-later, moving-tag-back: it
    moves after the first look from a signed image to an unsigned one, after the second look, and the other way round.
    """

    case: str
    ran: Ran
    printed: str  # the last line of its output, bounded: what would be run
    names: Named  # verified: the image whose signature is good; other: another image; tag: no digest at all

    @property
    def accepted(self) -> bool:
        return self.ran.exit_code == 0

    @property
    def refused(self) -> bool:
        """It said no, in time: a script that was ended has said nothing."""
        return self.ran.exit_code not in {0, None}


@dataclass(frozen=True, slots=True)
class Signing:
    """`kind = "signing"`: the learner's scripts against a real registry, each case with images of its own."""

    sign: str  # the files
    verify: str
    signed: Signed
    verified: tuple[Verified, ...]
