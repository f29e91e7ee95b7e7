from __future__ import annotations

from labs.checks.code_not_writable import run
from sandbox.facts import PathAccess, WriteAccess
from tests.labs.facts import context, write_access


def test_code_of_root_passes() -> None:
    verdict = run(write_access(), context())
    assert verdict.status == "passed"
    assert verdict.found == "uid 10001 may not change `/app/app.py`"


def test_a_file_that_the_app_owns_fails() -> None:
    verdict = run(write_access(PathAccess("/app/app.py", True, False)), context())
    assert verdict.status == "failed"
    assert verdict.found == "uid 10001 can change `/app/app.py`, at once or after a `chmod` of its own"


def test_a_directory_that_the_app_owns_fails_too() -> None:
    verdict = run(write_access(PathAccess("/app/app.py", False, True)), context())
    assert verdict.status == "failed"
    assert "swap" in verdict.found


def test_one_copy_out_of_two_is_enough_to_fail() -> None:
    copies = (PathAccess("/a/app.py", False, False), PathAccess("/b/app.py", True, True))
    assert run(write_access(*copies), context()).status == "failed"


def test_code_that_was_not_found_never_passes() -> None:
    verdict = run(WriteAccess(10001, ()), context(code=("app.py",)))
    assert verdict.status == "skipped"
    assert verdict.found == "Not measured: `app.py` could not be found in the running container"


def test_a_program_that_the_app_may_replace_fails_whether_the_code_was_found_or_not() -> None:
    found = WriteAccess(10001, (), (PathAccess("/usr/local/bin/python3.11", False, True),))
    verdict = run(found, context(code=("app.py",)))
    assert verdict.status == "failed"
    assert verdict.found.startswith("uid 10001 can swap `/usr/local/bin/python3.11`")
