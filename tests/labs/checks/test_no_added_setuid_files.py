from __future__ import annotations

from labs.checks.no_added_setuid_files import run
from tests.labs.facts import added_files, context, setuid


def test_nothing_added_passes() -> None:
    assert run(added_files(), context()).status == "passed"


def test_an_added_file_is_named_with_mode_and_owner() -> None:
    verdict = run(added_files(setuid()), context())
    assert verdict.status == "failed"
    assert verdict.found == "`/usr/bin/sudo`, mode 4755, owner uid 0"


def test_a_file_of_an_ordinary_owner_is_a_way_to_that_owner() -> None:
    assert run(added_files(setuid(uid=10001)), context()).status == "failed"
