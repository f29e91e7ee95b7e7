"""Password files as Apache's htpasswd writes them: who is in there, and how well the password is hidden. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from sandbox.registryfacts import StoredPassword

MOST_LINES = 200
_BCRYPT = re.compile(r"\$2[abxy]\$(\d\d)\$[./A-Za-z0-9]{53}")
_SCHEMES = (
    ("apr1", re.compile(r"\$apr1\$")),
    ("md5-crypt", re.compile(r"\$1\$")),
    ("sha256-crypt", re.compile(r"\$5\$")),
    ("sha512-crypt", re.compile(r"\$6\$")),
    ("sha1", re.compile(r"\{S?SHA\}")),
    ("crypt", re.compile(r"[./A-Za-z0-9]{13}\Z")),
)


def read(files: Mapping[str, str], names: Sequence[str]) -> Iterator[StoredPassword]:
    """Every line of the files that names a user; comments and empty lines are none."""
    for name in names:
        for number, line in enumerate(files.get(name, "").splitlines()[:MOST_LINES], 1):
            if line.strip() and not line.lstrip().startswith("#"):
                user, _, stored = line.strip().partition(":")
                yield StoredPassword(name, number, user[:60], *_scheme(stored.partition(":")[0]))


def _scheme(stored: str) -> tuple[str, int | None]:
    bcrypt = _BCRYPT.fullmatch(stored)
    if bcrypt:
        return "bcrypt", int(bcrypt[1])
    return next((name for name, pattern in _SCHEMES if pattern.match(stored)), "plain"), None
