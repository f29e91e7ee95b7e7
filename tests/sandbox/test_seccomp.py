from __future__ import annotations

import pytest

from sandbox import seccomp
from sandbox.seccomp import ALLOW, ERRNO, Profile, Rule


def test_the_runtimes_own_calls_are_allowed_where_nothing_is_said_of_them() -> None:
    profile = seccomp.startable(Profile(ERRNO, None, (Rule(("read",), ALLOW),)))
    assert profile.rules == (Rule(("read",), ALLOW), Rule(seccomp.RUNTIME, ALLOW))


@pytest.mark.parametrize("action", [ALLOW, ERRNO])
def test_what_the_learner_says_of_one_of_them_stays(action: str) -> None:
    profile = seccomp.startable(Profile(ERRNO, None, (Rule(("statx",), action),)))
    assert profile.rules == (Rule(("statx",), action), Rule(("fstat", "openat2"), ALLOW))


def test_a_profile_that_allows_by_default_needs_nothing() -> None:
    profile = Profile(ALLOW, None, (Rule(("mount",), ERRNO),))
    assert seccomp.startable(profile) is profile
