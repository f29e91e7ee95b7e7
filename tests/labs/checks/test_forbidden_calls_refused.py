from __future__ import annotations

from labs.checks.forbidden_calls_refused import run
from tests.labs.facts import context
from tests.labs.syscalls import syscalls, tried


def test_refused_calls_pass() -> None:
    verdict = run(syscalls(tried("mkdir", "forbidden"), tried("read", "needed", "allowed")), context())
    assert (verdict.status, verdict.found) == ("passed", "All 1 are refused")


def test_those_that_got_through_are_named() -> None:
    fact = syscalls(
        tried("mkdir", "forbidden"),
        tried("mkdirat", "forbidden", "allowed"),
        tried("chmod", "forbidden", "partly"),
        unknown_names=("mkdiratt",),
    )
    verdict = run(fact, context())
    assert (verdict.status, verdict.file) == ("failed", "profile.json")
    assert "2 of 3 were not refused: `mkdirat`, `chmod`, for some arguments" in verdict.found
    assert "`mkdiratt`" in verdict.found


def test_without_a_loaded_profile_nothing_is_known() -> None:
    assert run(syscalls(loaded=False, problem="no JSON"), context()).status == "skipped"


def test_a_call_that_is_skipped_and_reported_as_done_was_not_refused() -> None:
    verdict = run(syscalls(tried("chmod", "forbidden", "pretended")), context())
    assert verdict.status == "failed"
    assert "skipped with error 0" in verdict.found
    assert "0 is no error" in verdict.hint


def test_keys_of_other_tools_are_told() -> None:
    fact = syscalls(tried("chmod", "forbidden", "allowed"), ignored_keys=("errno",))
    assert "does not read the keys `errno`" in run(fact, context()).found
