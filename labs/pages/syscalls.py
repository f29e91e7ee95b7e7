"""The picture of a seccomp profile: every call that was tried, by what the lab wants of it. Reads stored JSON."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from labs.pages.picture import Facts, kind

_WORDS = {
    "allowed": "let through",
    "refused": "refused",
    "partly": "let through for some arguments",
    "pretended": "skipped and reported as done",
}
_RIGHT = {"needed": "allowed", "forbidden": "refused"}
_TITLES = {"needed": "Needed", "forbidden": "Forbidden", "": "On no list of the lab's"}


@dataclass(frozen=True, slots=True)
class CallRow:
    name: str
    tone: str  # passed, failed; "" where the lab wants neither
    sign: str
    word: str  # "refused: ENOSYS"


@dataclass(frozen=True, slots=True)
class CallGroup:
    title: str
    right: str  # "36 of 36 let through"
    rows: tuple[CallRow, ...]  # wrong ones first
    open: bool  # something in it is not as the lab wants it


@dataclass(frozen=True, slots=True)
class CallTable:
    default: str
    groups: tuple[CallGroup, ...]


def syscalls(facts: Facts) -> CallTable | None:
    """Of the first profile that was loaded."""
    for fact in facts.values():
        if kind(fact) == "syscalls" and fact["loaded"]:
            known = [call for call in fact["calls"] if call["outcome"] != "unknown"]
            groups = (_group(listed, [c for c in known if c["listed"] == listed]) for listed in _TITLES)
            return CallTable(fact["default_action"], tuple(group for group in groups if group.rows))
    return None


def _group(listed: str, calls: Iterable[Mapping[str, Any]]) -> CallGroup:
    rows = sorted((_row(listed, call) for call in calls), key=lambda row: row.tone != "failed")
    wanted = _RIGHT.get(listed, "refused")
    right = sum(row.word.startswith(_WORDS[wanted]) and "some" not in row.word for row in rows)
    wrong = any(row.tone == "failed" for row in rows)
    return CallGroup(_TITLES[listed], f"{right} of {len(rows)} {_WORDS[wanted]}", tuple(rows), wrong)


def _row(listed: str, call: Mapping[str, Any]) -> CallRow:
    word = _WORDS[call["outcome"]]
    if call["outcome"] == "refused" and call["refusal"]:
        word += f": {call['refusal']}"
    if listed not in _RIGHT:
        return CallRow(call["name"], "", "·", word)
    right = call["outcome"] == _RIGHT[listed]
    return CallRow(call["name"], "passed" if right else "failed", "✓" if right else "✕", word)
