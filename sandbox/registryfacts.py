"""What the `registry` experiment measured; in every other way as `sandbox.facts` says."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Who = Literal["anonymous", "wrong-password", "stranger", "reader", "writer", "restart"]


@dataclass(frozen=True, slots=True)
class Attempt:
    """One request, or a few that belong together, as a client of a registry makes them."""

    who: Who
    what: str  # in words: "push an image"
    allowed: bool  # a right registry lets it
    status: int | None  # of the last answer; None: none came
    done: bool  # it had its effect
    error: str = ""  # what was wrong with an answer, or why none came

    @property
    def right(self) -> bool:
        return self.done == self.allowed


@dataclass(frozen=True, slots=True)
class StoredPassword:
    """One line of a password file, without the hash itself."""

    file: str
    line: int
    user: str
    scheme: str  # bcrypt, apr1, sha1, crypt, sha256-crypt, sha512-crypt, plain
    cost: int | None = None  # of bcrypt


@dataclass(frozen=True, slots=True)
class Registry:
    """`kind = "registry"`: a registry with its guard, asked as clients ask it, then ended and started again."""

    attempts: tuple[Attempt, ...]
    passwords: tuple[StoredPassword, ...]
    restarted: bool  # the project came up again
