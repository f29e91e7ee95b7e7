"""Which keys a question of each type may have, and which it needs. Pure data."""

from __future__ import annotations

from collections.abc import Mapping

COMMON = {"id", "type", "text", "pool", "variants"}
KEYS: Mapping[str, set[str]] = {
    "single": {"choices"},
    "multiple": {"choices"},
    "ordering": {"items", "why"},
    "matching": {"pairs", "others"},
    "fill": {"accept", "near", "why", "otherwise", "exact_case"},
    "hotspot": {"lines", "file"},
    "predict": {"choices", "trial"},
    "own": {"lab", "ask"},
}
NEEDED: Mapping[str, set[str]] = {
    **{kind: keys for kind, keys in KEYS.items() if kind not in {"matching", "fill", "hotspot"}},
    "matching": {"pairs"},
    "fill": {"accept", "why", "otherwise"},
    "hotspot": {"lines"},
}
PARTS: Mapping[str, tuple[set[str], set[str]]] = {  # key of the list: (allowed, needed) keys of its tables
    "choices": ({"text", "why", "why_right", "right", "value"}, {"text", "why"}),
    "items": ({"text", "why"}, {"text", "why"}),
    "pairs": ({"text", "match", "why"}, {"text", "match", "why"}),
    "others": ({"text", "why"}, {"text", "why"}),
    "near": ({"text", "why"}, {"text", "why"}),
    "lines": ({"text", "why", "why_right", "wrong", "value"}, {"text"}),
}
MOST_VARIANTS = 12
