from __future__ import annotations

import pytest

from sandbox import seccomp
from sandbox.seccomp import ALLOW, ERRNO, Profile, Rule
from sandbox.syscallnames import NAMES


def test_the_runtimes_own_calls_are_allowed_where_nothing_is_said_of_them() -> None:
    profile = seccomp.startable(Profile(ERRNO, None, (Rule(("read",), ALLOW),)))
    assert profile.rules[:2] == (Rule(("read",), ALLOW), Rule(seccomp.RUNTIME, ALLOW))


@pytest.mark.parametrize("action", [ALLOW, ERRNO])
def test_what_the_learner_says_of_one_of_them_stays(action: str) -> None:
    profile = seccomp.startable(Profile(ERRNO, None, (Rule(("statx",), action),)))
    assert profile.rules[:2] == (Rule(("statx",), action), Rule(("fstat", "openat2"), ALLOW))


def test_a_profile_that_allows_by_default_needs_nothing() -> None:
    profile = Profile(ALLOW, None, (Rule(("mount",), ERRNO),))
    assert seccomp.startable(profile) is profile


def answered_as_unknown(*named: str) -> tuple[str, ...]:
    rules = seccomp.startable(Profile(ERRNO, 1, (Rule(named, ALLOW),))).rules[2:]
    assert all((rule.action, rule.errno) == (ERRNO, 38) for rule in rules)
    return tuple(name for rule in rules for name in rule.names)


def test_calls_newer_than_all_of_a_profile_stay_unknown_to_programs() -> None:
    """Without a rule for clone3 the C library hears ENOSYS and takes clone."""
    assert "clone3" in answered_as_unknown("read", "clone")


def test_a_profile_that_names_a_newer_call_gets_its_own_answer_for_older_ones() -> None:
    assert answered_as_unknown("pidfd_open") == ("clone3", "close_range")
    assert answered_as_unknown("close_range") == ()
    assert answered_as_unknown("faccessat2") == ()


def test_every_call_that_is_listed_by_name_exists() -> None:
    assert {*seccomp.RUNTIME, *seccomp._BEFORE_OPENAT2, *seccomp._AFTER_OPENAT2} <= NAMES
