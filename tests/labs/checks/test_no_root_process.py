from __future__ import annotations

import pytest

from labs.checks.no_root_process import run
from tests.labs.facts import context, process, start


def test_an_ordinary_user_passes() -> None:
    verdict = run(start(), context())
    assert verdict.status == "passed"
    assert verdict.found == "PID 1 `python`, uid 10001"


@pytest.mark.parametrize("place", range(4))
def test_any_of_the_four_uids_is_enough_to_fail(place: int) -> None:
    uids = [10001] * 4
    uids[place] = 0
    verdict = run(start(processes=(process(uids=tuple(uids)),)), context())
    assert verdict.status == "failed"
    assert f"0 ({('real', 'effective', 'saved', 'file system')[place]})" in verdict.found


def test_a_helper_beside_the_app_fails() -> None:
    verdict = run(start(processes=(process(), process(7, "sleep", 0))), context())
    assert verdict.status == "failed"
    assert verdict.found == "PID 7 `sleep`, uid 0"


def test_the_second_look_counts_too() -> None:
    late = process(12, "cron", 0, sample=2)
    assert run(start(processes=(process(), process(sample=2), late)), context()).status == "failed"


def test_a_process_seen_twice_is_named_once() -> None:
    verdict = run(start(processes=(process(uid=0), process(uid=0, sample=2))), context())
    assert verdict.found == "PID 1 `python`, uid 0"


def test_no_processes_are_no_proof() -> None:
    verdict = run(start(processes=()), context())
    assert verdict.status == "skipped"
    assert verdict.found == "Not measured: no process could be seen"
