"""Values that nobody sends by accident: for whatever reads JSON, numbers or names from a stranger."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st


class Long(bytes):
    """Bytes that a failing test tells briefly."""

    def __repr__(self) -> str:
        return f"<{self[:20]!r} … {len(self)} bytes>" if len(self) > 200 else super().__repr__()


class Digits(str):
    """A number of a great many digits, told briefly."""

    __slots__ = ()

    def __repr__(self) -> str:
        return f"<{len(self)} digits>"


HUGE = st.sampled_from([10**30, -(10**30), 2**31, 2**63, -1, 0, 1e308, float("inf"), float("-inf"), float("nan"), 1e-9])
TEXTS = st.text(max_size=30) | st.sampled_from(
    [
        "",
        "\0",
        "..",
        "/",
        "../../etc/passwd",
        "\ud800",
        "\u202e",
        "\x1b[2J",
        "1e999",
        Digits("9" * 5000),
        "sha256:" + "0" * 64,
    ]
)
SCALARS = st.none() | st.booleans() | st.integers() | HUGE | TEXTS
JSON: st.SearchStrategy[Any] = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=12,
)
DEEP = st.sampled_from(
    [Long(b"[" * 60_000), Long(b'{"a":' * 10_000), Long(b'[{"verb":' * 6_000), Long(b"[" * 30_000 + b"]" * 30_000)]
)
