"""Tries of forbidden calls that a profile itself suggests: with the arguments that its own rules ask for. Pure.

A rule that lets `chmod` through for one mode, of the four thousand there are, is met by no fixed list of tries.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from sandbox.engine.probes.calls import BY_NAME, EXTRA, Arguments, Call
from sandbox.seccomp import ALLOW, Profile

_NEW_USER, _SPACES = 0x1000_0000, 0x7E02_0000
_ALL = 0xFFFF_FFFF_FFFF_FFFF
# What would change the probe itself when it is let through is tried after everything else.
_LAST = ("ptrace", "unshare", "execveat")
Aimed = tuple[Call, Arguments]


def aimed(profile: Profile, forbidden: Collection[str]) -> tuple[Aimed, ...]:
    """(call, arguments) of each conditional rule that lets a forbidden call through; the first EXTRA."""
    calls = [BY_NAME[name] for name in forbidden if name in BY_NAME]
    found = dict.fromkeys(_aimed(profile, calls))
    return tuple(sorted(found, key=lambda one: one[0].syscall in _LAST))[:EXTRA]


def _aimed(profile: Profile, calls: Collection[Call]) -> Iterator[Aimed]:
    for rule in profile.rules:
        conditions = rule.fields.get("args", ())
        if rule.action != ALLOW or not conditions:
            continue
        for call in calls:
            if call.syscall in rule.names:
                arguments = _meeting(call.tries[0], conditions)
                if call.syscall != "clone" or _harmless_clone(call, arguments[0]):
                    yield call, arguments


def _meeting(template: Arguments, conditions: Collection[Mapping[str, Any]]) -> Arguments:
    """The template's arguments, changed where a condition looks."""
    arguments = [*template, *[0] * (6 - len(template))]
    for condition in conditions:
        arguments[condition["index"]] = _value(condition)
    return tuple(arguments)


def _value(condition: Mapping[str, Any]) -> int:
    value = int(condition["value"])
    match condition["op"].removeprefix("SCMP_CMP_"):
        case "NE":
            return value ^ 1
        case "LT":
            return max(value - 1, 0)
        case "GT":
            return min(value + 1, _ALL)
        case "MASKED_EQ":
            return value & int(condition["valueTwo"])
        case _:  # EQ, LE, GE
            return value


def _harmless_clone(call: Call, flags: int) -> bool:
    """It asks for a namespace that a plain user cannot have, so that no process comes of it when it is let through."""
    return bool(flags & _SPACES) and not flags & _NEW_USER and "other" in call.name


def word(one: Aimed) -> str:
    """The try as the probe reads it."""
    call, arguments = one
    return ":".join(f"{number:x}" for number in (call.number, *arguments))
