"""This run's random values: what `{name}` in a lab's texts becomes. No file can know them before."""

from __future__ import annotations

import random
import re
from collections.abc import Iterable, Mapping

# "#" a digit, "%" a hexadecimal digit, "@" a letter; "%{64}" so many of them.
_PLACE = re.compile(r"([#%@])(?:\{(\d{1,3})\})?")
_LETTERS = {"#": "0123456789", "%": "0123456789abcdef", "@": "abcdefghijklmnopqrstuvwxyz"}


def values(names: Iterable[str], patterns: Mapping[str, str], rng: random.Random) -> dict[str, str]:
    """A value for each name: by the lab's pattern, or the name with 40 random bits. All patterns get one."""
    made = {name: f"{name}-{rng.getrandbits(40):010x}" for name in sorted(set(names) - set(patterns))}
    return made | {name: _filled(pattern, rng) for name, pattern in patterns.items()}


def _filled(pattern: str, rng: random.Random) -> str:
    def place(found: re.Match[str]) -> str:
        return "".join(rng.choice(_LETTERS[found[1]]) for _ in range(int(found[2] or 1)))

    return _PLACE.sub(place, pattern)
