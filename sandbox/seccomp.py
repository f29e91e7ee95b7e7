"""A seccomp profile as the engine takes one, and the same profile made measurable. Pure.

`sandbox.profiletext` reads a learner's; nothing else makes one. Names that no kernel has are kept, because the engine
leaves them out without a word; they are told.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from sandbox.syscallnames import NAMES

ALLOW, ERRNO = "SCMP_ACT_ALLOW", "SCMP_ACT_ERRNO"
REFUSING = (
    ERRNO,
    "SCMP_ACT_KILL",
    "SCMP_ACT_KILL_THREAD",
    "SCMP_ACT_KILL_PROCESS",
    "SCMP_ACT_TRAP",
    "SCMP_ACT_TRACE",
)
ACTIONS = (ALLOW, *REFUSING)


@dataclass(frozen=True, slots=True)
class Rule:
    """One entry of `syscalls`. `fields` are its other keys as the engine reads them, already checked."""

    names: tuple[str, ...]
    action: str
    errno: int | None = None
    fields: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Profile:
    """A profile that the engine can be given. `fields`: `architectures` or `archMap`."""

    default_action: str
    default_errno: int | None
    rules: tuple[Rule, ...]
    fields: Mapping[str, Any] = field(default_factory=dict)
    ignored: tuple[str, ...] = ()  # keys that other tools read, and this engine does not

    @property
    def names(self) -> frozenset[str]:
        """Every call that some rule names, whatever it says of it."""
        return frozenset(name for rule in self.rules for name in rule.names)

    @property
    def unknown(self) -> tuple[str, ...]:
        """Names that no kernel has, in alphabetical order."""
        return tuple(sorted(self.names - NAMES))

    def text(self) -> str:
        """The profile as the engine gets it."""
        top: dict[str, Any] = {"defaultAction": self.default_action, **self.fields}
        if self.default_errno is not None:
            top["defaultErrnoRet"] = self.default_errno
        return json.dumps({**top, "syscalls": [_written(rule) for rule in self.rules]})


def _written(rule: Rule) -> dict[str, Any]:
    errno = {} if rule.errno is None else {"errnoRet": rule.errno}
    return {"names": list(rule.names), "action": rule.action, **errno, **rule.fields}


# What runc 1.3 does under the profile before it becomes the program, and 1.1 does not. Which engine a machine has must
# not decide a verdict.
RUNTIME = ("fstat", "openat2", "statx")
# runc answers ENOSYS to calls newer than all that a profile names, and C libraries then take an older one. Naming
# openat2 must not end that: these are between it and the calls of before 2019, by their numbers (424 to 436).
_BEFORE_OPENAT2 = (
    *(
        "pidfd_send_signal",
        "io_uring_setup",
        "io_uring_enter",
        "io_uring_register",
        "open_tree",
        "move_mount",
        "fsopen",
    ),
    *("fsconfig", "fsmount", "fspick", "pidfd_open", "clone3", "close_range"),
)
_AFTER_OPENAT2 = (
    *("pidfd_getfd", "faccessat2", "process_madvise", "epoll_pwait2", "mount_setattr", "quotactl_fd"),
    *("landlock_create_ruleset", "landlock_add_rule", "landlock_restrict_self", "memfd_secret", "process_mrelease"),
    *(
        "futex_waitv",
        "set_mempolicy_home_node",
        "cachestat",
        "fchmodat2",
        "map_shadow_stack",
        "futex_wake",
        "futex_wait",
    ),
    *("futex_requeue", "statmount", "listmount", "lsm_get_self_attr", "lsm_set_self_attr", "lsm_list_modules", "mseal"),
)
_ENOSYS = 38


def startable(profile: Profile) -> Profile:
    """Return the profile with the container runtime's own last calls allowed, where no rule says anything of them."""
    unsaid = tuple(name for name in RUNTIME if name not in profile.names)
    if profile.default_action == ALLOW or not unsaid:
        return profile
    rules = [Rule(unsaid, ALLOW)]
    if "openat2" in unsaid and (newer := _newer_than_all_of(profile)):
        rules.append(Rule(newer, ERRNO, _ENOSYS))
    return replace(profile, rules=(*profile.rules, *rules))


def _newer_than_all_of(profile: Profile) -> tuple[str, ...]:
    """The calls older than openat2 that are newer than every call that the profile names."""
    if not profile.names.isdisjoint(_AFTER_OPENAT2):
        return ()
    places = [place for place, name in enumerate(_BEFORE_OPENAT2, start=1) if name in profile.names]
    return _BEFORE_OPENAT2[max(places, default=0) :]


# Errors that no kernel ever returns, one for each way to refuse: under these a refusal cannot be taken for an answer.
_MARK = 3000
MARKS = {action: _MARK + 501 + place for place, action in enumerate(REFUSING[1:])}


def marked(profile: Profile) -> Profile:
    """The same profile with every refusal as an error of ours, so that a probe survives it and can tell it apart."""
    action, errno = _marked(profile.default_action, profile.default_errno)
    rules = tuple(_marked_rule(rule) for rule in profile.rules)
    return replace(profile, default_action=action, default_errno=errno, rules=rules)


def _marked_rule(rule: Rule) -> Rule:
    action, errno = _marked(rule.action, rule.errno)
    return replace(rule, action=action, errno=errno)


def _marked(action: str, errno: int | None) -> tuple[str, int | None]:
    if action == ALLOW:
        return action, None
    if action == ERRNO:
        return ERRNO, _MARK + min(1 if errno is None else errno, 500)
    return ERRNO, MARKS[action]


PRETENDED = "error 0"  # a call that is skipped, and whose program is told that it was made


def refusal(answer: int) -> str:
    """What a marked profile's answer means: "EPERM", "error 99", "SCMP_ACT_KILL"; "" when it is the kernel's own."""
    number = -answer - _MARK
    if 0 <= number <= 500:
        return {1: "EPERM", 13: "EACCES", 38: "ENOSYS"}.get(number, f"error {number}")
    return next((action for action, mark in MARKS.items() if mark == -answer), "")
