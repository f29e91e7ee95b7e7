"""Which of two versions is the older one: Debian's as dpkg orders them, Python's by their numbers."""

from __future__ import annotations

import re

_PIECES = re.compile(r"(\D*)(\d*)")
Key = tuple[tuple[tuple[int, ...], int], ...]


def debian(version: str) -> tuple[int, Key, Key]:
    """A key to sort Debian versions by (deb-version(7)): epoch, upstream version, revision."""
    epoch, colon, rest = version.partition(":")
    if not colon:
        epoch, rest = "0", version
    upstream, _, revision = rest.rpartition("-") if "-" in rest else (rest, "", "")
    return (int(epoch) if epoch.isdigit() else 0), _key(upstream), _key(revision)


def _key(text: str) -> Key:
    """Pieces of other signs and of digits in turn. The end of a piece sorts below all signs but the tilde."""
    pieces = [(_signs(signs), int(digits or 0)) for signs, digits in _PIECES.findall(text) if signs or digits]
    return (*pieces, (_signs(""), 0))


def _signs(signs: str) -> tuple[int, ...]:
    order = [-1 if sign == "~" else ord(sign) if sign.isalpha() else ord(sign) + 256 for sign in signs]
    return (*order, 0)


def python(version: str) -> tuple[int, ...]:
    """A key to sort final Python versions by; a suffix after the numbers is not looked at."""
    numbers = re.match(r"[0-9]{1,9}(\.[0-9]{1,9})*", version)
    found = [int(number) for number in numbers[0].split(".")] if numbers else []
    while found and found[-1] == 0:
        found.pop()
    return tuple(found)
