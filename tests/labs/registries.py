"""What the `registry` experiment would report, for the tests of its checks."""

from __future__ import annotations

from sandbox.registryfacts import Attempt, Registry, StoredPassword, Who

WRITER, READER = "writer:battery-staple", "reader:correct-horse"
STORED = (StoredPassword("htpasswd", 1, "reader", "bcrypt", 5), StoredPassword("htpasswd", 2, "writer", "bcrypt", 6))


def attempt(
    who: Who, *, allowed: bool = False, done: bool = False, status: int | None = 401, error: str = ""
) -> Attempt:
    return Attempt(who, "pull", allowed, status, done, error)


PUSHED = attempt("writer", allowed=True, done=True, status=201)


def registry(*attempts: Attempt, passwords: tuple[StoredPassword, ...] = STORED) -> Registry:
    return Registry(attempts, passwords, True)
