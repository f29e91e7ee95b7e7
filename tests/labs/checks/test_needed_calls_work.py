from __future__ import annotations

from labs.checks.needed_calls_work import run
from tests.labs.facts import context
from tests.labs.syscalls import syscalls, tried


def test_calls_that_get_through_pass_and_the_others_do_not_matter() -> None:
    verdict = run(syscalls(tried("read", "needed", "allowed"), tried("bpf", "forbidden"), tried("x", "")), context())
    assert (verdict.status, verdict.found) == ("passed", "All 1 are let through")


def test_a_refused_one_is_named_with_how() -> None:
    fact = syscalls(tried("read", "needed", "allowed"), tried("write", "needed"), unknown_names=("wrote",))
    verdict = run(fact, context())
    assert (verdict.status, verdict.file) == ("failed", "profile.json")
    assert "1 of 2 are refused: `write` (EPERM)" in verdict.found
    assert "also names `wrote`" in verdict.found


def test_some_arguments_refused_is_not_working() -> None:
    assert run(syscalls(tried("openat", "needed", "partly")), context()).status == "failed"


def test_a_call_that_this_machine_lacks_says_nothing() -> None:
    fact = syscalls(tried("read", "needed", "allowed"), tried("cachestat", "needed", "unknown"))
    assert run(fact, context()).status == "passed"


def test_a_profile_under_which_nothing_starts_fails() -> None:
    assert run(syscalls(loaded=False, problem="the container did not start"), context()).status == "failed"


def test_a_file_that_is_no_profile_is_another_checks_matter() -> None:
    assert run(syscalls(loaded=False, problem="no JSON", line=3), context()).status == "skipped"
