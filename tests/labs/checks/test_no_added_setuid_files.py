from __future__ import annotations

from labs.checks.no_added_setuid_files import run
from sandbox.facts import AddedFiles, FileEntry
from tests.labs.facts import added_files, context, setuid


def test_nothing_added_passes() -> None:
    assert run(added_files(), context()).status == "passed"


def test_an_added_file_is_named_with_mode_and_owner() -> None:
    verdict = run(added_files(setuid()), context())
    assert verdict.status == "failed"
    assert verdict.found == "`/usr/bin/sudo`, mode 4755, owner uid 0"


def test_a_file_of_an_ordinary_owner_is_a_way_to_that_owner() -> None:
    assert run(added_files(setuid(uid=10001)), context()).status == "failed"


def test_a_set_group_id_file_of_group_0_is_named_with_its_group() -> None:
    verdict = run(added_files(FileEntry("/usr/bin/tool", 0o2755, 0, 0, 10)), context())
    assert verdict.found == "`/usr/bin/tool`, mode 2755, group 0"


def test_a_file_that_gives_capabilities_leads_back_to_root_too() -> None:
    helper = FileEntry("/usr/local/bin/helper", 0o755, 0, 0, 10, ("setuid",))
    verdict = run(AddedFiles(None, (), (helper,)), context())
    assert verdict.status == "failed"
    assert verdict.found == "`/usr/local/bin/helper` gives setuid to every user who runs it"


def test_an_open_account_of_root_fails() -> None:
    assert run(AddedFiles(None, (), (), ("root",)), context()).status == "failed"
