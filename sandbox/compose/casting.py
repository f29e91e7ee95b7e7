"""Texts where a key asks for a number or a truth value: Compose takes `"true"` and `"5"`, and refuses other words.

The specification's schema takes any text there; this is the second half of the rule.
"""

from __future__ import annotations

import shlex
from collections.abc import Set

from sandbox.compose.nodes import Date, Scalar, Wrong

TRUE, FALSE = frozenset({"true", "y", "yes", "on"}), frozenset({"false", "n", "no", "off"})
_WORDS = TRUE | FALSE
_FREE = frozenset({"provenance", "sbom"})  # `mode=max` too
_NUMBERS = frozenset({
    "cpu_count", "cpu_percent", "cpu_shares", "cpu_quota", "cpu_period", "cpus", "oom_score_adj", "pids_limit", "scale",
    "replicas", "retries", "max_attempts", "parallelism", "max_failure_ratio", "max_replicas_per_node",
})  # fmt: skip
_COMMANDS = frozenset({"command", "entrypoint"})


def check(types: Set[str], node: Scalar, key: str) -> None:
    """Wrong: a text that is not of the kind that the key asks for. `types`: what the schema takes."""
    value = node.value
    if not isinstance(value, str) or isinstance(value, Date):
        return
    if types == {"boolean", "string"} and key not in _FREE and value.lower() not in _WORDS:
        raise Wrong(f"“{key}” is true or false.", node.line)
    if key in _NUMBERS and not _is_number(value):
        raise Wrong(f"“{key}” takes a number, not “{value[:40]}”.", node.line)
    if key in _COMMANDS:
        try:
            shlex.split(value)
        except ValueError as error:
            raise Wrong(
                f"“{key}” has a quote that is not closed; Compose splits it as a shell does.", node.line
            ) from error


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return len(text) <= 40 and "_" not in text
