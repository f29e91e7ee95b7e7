from __future__ import annotations

from labs.checks.default_denies import run
from tests.labs.facts import context
from tests.labs.syscalls import syscalls, tried


def test_unnamed_calls_that_were_refused_pass() -> None:
    verdict = run(syscalls(tried("tee", named=False), tried("read", "needed", "allowed")), context())
    assert verdict.status == "passed" and "all 1 calls tried" in verdict.found


def test_an_unnamed_call_that_got_through_fails() -> None:
    fact = syscalls(tried("tee", outcome="allowed", named=False), default_action="SCMP_ACT_ALLOW")
    verdict = run(fact, context())
    assert (verdict.status, verdict.file) == ("failed", "profile.json")
    assert "1 of 1 calls" in verdict.found and "`tee`" in verdict.found


def test_an_allowing_default_fails_even_where_every_tried_call_is_named() -> None:
    assert run(syscalls(tried("tee"), default_action="SCMP_ACT_ALLOW"), context()).status == "failed"


def test_without_a_loaded_profile_nothing_is_known() -> None:
    assert run(syscalls(loaded=False, problem="no JSON"), context()).status == "skipped"


def test_a_general_list_fails_though_it_names_every_call_that_it_lets_through() -> None:
    fact = syscalls(tried("tee", outcome="allowed"), tried("splice", outcome="allowed"), tried("mlock"))
    verdict = run(fact, context())
    assert verdict.status == "failed"
    assert verdict.found == "2 of 3 calls that are on no list here are let through: `tee`, `splice`"


def test_a_few_calls_more_than_recorded_pass() -> None:
    assert run(syscalls(tried("tee", outcome="allowed"), tried("mlock"), tried("splice")), context()).status == "passed"
