"""A learner's profile.json → Profile: read strictly and bounded, or what is wrong with it and in which line. Pure.

The shape is the engine's own: `defaultAction`, `architectures` or `archMap`, and rules in `syscalls` with names, an
action, conditions on arguments, and `includes`/`excludes` by capability, architecture and kernel, which the engine
resolves.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from sandbox.facts import Problem, Unavailable
from sandbox.jsontext import BadText, line_of, strict_json
from sandbox.seccomp import ACTIONS, Profile, Rule
from sandbox.stopped import NotAvailable

ELSEWHERE = {
    "SCMP_ACT_LOG": "it lets every call through and writes to the machine's own log",
    "SCMP_ACT_NOTIFY": "it asks a program outside the container, and there is none here",
}
OPERATORS = tuple(f"SCMP_CMP_{name}" for name in ("NE", "LT", "LE", "EQ", "GE", "GT", "MASKED_EQ"))
ARCHITECTURES = frozenset(
    f"SCMP_ARCH_{name}"
    for name in (
        *("X86", "X86_64", "X32", "ARM", "AARCH64", "MIPS", "MIPS64", "MIPS64N32", "MIPSEL", "MIPSEL64"),
        *("MIPSEL64N32", "PPC", "PPC64", "PPC64LE", "S390", "S390X", "PARISC", "PARISC64", "RISCV64", "LOONGARCH64"),
        *("M68K", "SH", "SHEB"),
    )
)
# The engine compiles every condition; more than these are a bomb, not a profile. Docker's default has 600 and 9.
MOST_NAMES, MOST_CONDITIONS = 4000, 200
MOST_ERRNO = 4095
FILE = "profile.json"

_TOP = {"defaultAction", "defaultErrnoRet", "architectures", "archMap", "syscalls", "flags"}
_RULE = {"names", "name", "action", "errnoRet", "args", "includes", "excludes"}
_ARGUMENT = {"index", "value", "valueTwo", "op"}
_FILTER = {"caps", "arches", "minKernel"}
_FREE = {"comment", "_comment", "//", "$comment", "$schema"}  # for people; the engine does not read them
_OF_OTHERS = {"defaultErrno", "errno"}  # Podman's profile has them next to the numbers; Docker ignores them
_FLAGS = {"SECCOMP_FILTER_FLAG_TSYNC", "SECCOMP_FILTER_FLAG_SPEC_ALLOW"}
_LISTENER = {"listenerPath", "listenerMetadata"}


def read(text: str, file: str = FILE) -> Profile | Problem:
    """The profile, or what is wrong with it, with its line. NotAvailable: it asks for what this sandbox never gives."""
    try:
        top = strict_json(text)
        _keys(top, _TOP | _LISTENER, "a profile")
        for key in _LISTENER & set(top):
            raise _Elsewhere(key, "it names a program outside the container, and there is none here")
        profile = Profile(
            _action(top, "defaultAction"),
            _errno(top, "defaultErrnoRet"),
            tuple(_rules(top)),
            {**_architectures(top), **_flags(top)},
            _of_others(top),
        )
        _bounded(profile)
    except BadText as error:
        return Problem(f"{file}: {error}", error.line or line_of(text, error.where), file)
    except _Elsewhere as error:
        message = f"{error.name} is not available here: {error.reason}."
        raise NotAvailable(Unavailable("feature", error.name, message, line_of(text, error.name), file)) from error
    return profile


class _Elsewhere(Exception):
    def __init__(self, name: str, reason: str) -> None:
        super().__init__(name)
        self.name, self.reason = name, reason


def _keys(table: Any, known: set[str], what: str) -> None:
    if not isinstance(table, dict):
        raise BadText(f"{what} is an object in braces, {{…}}; this is {_shown(table)}", where=_shown(table))
    for key in table:
        if key not in known | _FREE | _OF_OTHERS:
            near = next((name for name in known if name.lower() == key.lower()), "")
            meant = f"; is “{near}” meant?" if near else f"; there are {', '.join(sorted(known - _LISTENER))}"
            raise BadText(f"“{key}” is no key of {what}, and the engine would not read it{meant}", where=key)


def _of_others(top: Mapping[str, Any]) -> tuple[str, ...]:
    """Keys for which the engine has no use, and other tools have."""
    rules = [rule for rule in top.get("syscalls") or () if isinstance(rule, dict)]
    return tuple(sorted({key for table in (top, *rules) for key in table if key in _OF_OTHERS}))


def _action(table: Mapping[str, Any], key: str) -> str:
    action = table.get(key)
    if action is None or action == "":
        # The engine would take a profile without any action as the wish to have none.
        raise BadText(f"“{key}” is missing: it says what happens to the calls", where="{")
    if isinstance(action, str) and action in ELSEWHERE:
        raise _Elsewhere(action, ELSEWHERE[action])
    if action not in ACTIONS:
        raise BadText(f"“{key}” is {_shown(action)}; there are {', '.join(ACTIONS)}", where=_shown(action))
    return str(action)


def _errno(table: Mapping[str, Any], key: str) -> int | None:
    errno = table.get(key)
    if errno is not None and not _is_number(errno, MOST_ERRNO):
        raise BadText(f"“{key}” is a number of an error, 1 is EPERM; this is {_shown(errno)}", where=key)
    return errno


def _architectures(top: Mapping[str, Any]) -> dict[str, Any]:
    listed: list[str] = _texts(top, "architectures")
    mapped = top.get("archMap") or []
    if listed and mapped:
        raise BadText("“architectures” and “archMap” are both there; the engine takes one of them", where="archMap")
    if not isinstance(mapped, list):
        raise BadText("“archMap” is a list", where="archMap")
    entries: list[dict[str, Any]] = []
    for entry in mapped:
        _keys(entry, {"architecture", "subArchitectures"}, "an entry of archMap")
        own = {
            "architecture": str(entry.get("architecture", "")),
            "subArchitectures": _texts(entry, "subArchitectures"),
        }
        entries.append(own)
    for name in [*listed, *(name for e in entries for name in (e["architecture"], *e["subArchitectures"]))]:
        if name not in ARCHITECTURES:
            raise BadText(f"“{name[:40]}” is no architecture; this machine's is SCMP_ARCH_X86_64", where=name)
    fields = {"architectures": listed, "archMap": entries}
    return {key: value for key, value in fields.items() if value}


def _flags(top: Mapping[str, Any]) -> dict[str, Any]:
    """Known ones are read and left out: they change how a filter is loaded, not what it says."""
    for flag in _texts(top, "flags"):
        if flag not in _FLAGS:
            raise _Elsewhere(flag[:60], "a filter is loaded here without further wishes")
    return {}


def _rules(top: Mapping[str, Any]) -> Iterator[Rule]:
    rules = top.get("syscalls")
    if rules is None:
        rules = []
    if not isinstance(rules, list):
        raise BadText("“syscalls” is a list of rules", where="syscalls")
    for rule in rules:
        _keys(rule, _RULE, "a rule")
        names = _texts(rule, "names")
        if "name" in rule:
            if names or not isinstance(rule["name"], str):
                raise BadText("a rule has either “names”, a list, or “name”, a single one", where='"name"')
            names = [rule["name"]]
        if not all(names) or not names:
            raise BadText("a rule names no call: fill its “names”", where="names")
        yield Rule(tuple(names), _action(rule, "action"), _errno(rule, "errnoRet"), _conditions(rule))


def _conditions(rule: Mapping[str, Any]) -> dict[str, Any]:
    arguments = rule.get("args") or []
    if not isinstance(arguments, list) or len(arguments) > 6:
        raise BadText("“args” is a list of at most six conditions", where="args")
    fields: dict[str, Any] = {"args": [_argument(argument) for argument in arguments]}
    for key in ("includes", "excludes"):
        wanted = rule.get(key) or {}
        _keys(wanted, _FILTER, f"“{key}”")
        kernel = wanted.get("minKernel")
        if kernel is not None and not (isinstance(kernel, str) and _is_version(kernel)):
            raise BadText(f'“minKernel” is a version such as "4.8"; this is {_shown(kernel)}', where="minKernel")
        lists = {name: _texts(wanted, name) for name in ("caps", "arches")}
        fields[key] = {**lists, **({"minKernel": kernel} if kernel is not None else {})}
    return {key: value for key, value in fields.items() if value and (key == "args" or any(value.values()))}


def _argument(argument: Any) -> dict[str, Any]:
    _keys(argument, _ARGUMENT, "a condition")
    index, operator = argument.get("index"), argument.get("op")
    if not _is_number(index, 5):
        raise BadText(f"“index” counts a call's arguments from 0 to 5; this is {_shown(index)}", where="index")
    if operator not in OPERATORS:
        raise BadText(f"“op” is {_shown(operator)}; there are {', '.join(OPERATORS)}", where="op")
    made: dict[str, Any] = {"index": index, "op": operator}
    for key in ("value", "valueTwo"):
        value = argument.get(key, 0)
        if not _is_number(value, 2**64 - 1):
            raise BadText(f"“{key}” is a whole number of 64 bits; this is {_shown(value)}", where=key)
        made[key] = value
    return made


def _bounded(profile: Profile) -> None:
    pairs = sum(len(rule.names) for rule in profile.rules)
    conditions = sum(len(rule.names) * len(rule.fields.get("args", ())) for rule in profile.rules)
    if pairs > MOST_NAMES or conditions > MOST_CONDITIONS:
        most = f"{MOST_NAMES:,} names and {MOST_CONDITIONS} conditions"
        raise BadText(f"it has {pairs:,} names and {conditions} conditions; at most {most} are loaded here")


def _texts(table: Mapping[str, Any], key: str) -> list[str]:
    value = table.get(key) or []
    if not isinstance(value, list) or not all(isinstance(word, str) and len(word) <= 100 for word in value):
        raise BadText(f"“{key}” is a list of names", where=key)
    return value


def _is_number(value: Any, most: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= most


def _is_version(text: str) -> bool:
    parts = text.split(".")
    return len(parts) == 2 and all(part.isdecimal() and part.isascii() and len(part) <= 6 for part in parts)


def _shown(value: Any) -> str:
    return json.dumps(value)[:60]
