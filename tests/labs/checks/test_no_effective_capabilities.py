from __future__ import annotations

from labs.checks.no_effective_capabilities import run
from tests.labs.facts import context, process, start


def test_none_passes() -> None:
    assert run(start(), context()).status == "passed"


def test_one_capability_of_an_ordinary_user_fails() -> None:
    holder = process(effective_capabilities=("net_bind_service",))
    verdict = run(start(processes=(holder,)), context())
    assert verdict.status == "failed"
    assert verdict.found == "PID 1 `python` has 1: net_bind_service"


def test_every_process_counts_in_both_looks() -> None:
    helper = process(9, "helper", effective_capabilities=("chown",), sample=2)
    assert run(start(processes=(process(), helper)), context()).status == "failed"


def test_many_capabilities_are_counted() -> None:
    root = process(uid=0, effective_capabilities=tuple(f"cap{n}" for n in range(14)))
    assert run(start(processes=(root,)), context()).found.endswith("has 14: cap0, cap1, cap2, cap3, cap4 and 9 more")


def test_no_processes_are_no_proof() -> None:
    assert run(start(processes=()), context()).status == "skipped"


def test_capabilities_in_reserve_count_for_whoever_is_not_root() -> None:
    waiting = process(permitted_capabilities=("setuid",))
    verdict = run(start(processes=(waiting,)), context())
    assert verdict.status == "failed"
    assert "in reserve: setuid" in verdict.found


def test_what_a_real_uid_of_0_keeps_is_told_by_the_check_of_uids() -> None:
    process_of_root = process(uids=(0, 10001, 10001, 10001), permitted_capabilities=("setuid",))
    assert run(start(processes=(process_of_root,)), context()).status == "passed"
