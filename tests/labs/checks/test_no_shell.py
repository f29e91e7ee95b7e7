from __future__ import annotations

from labs.checks.no_shell import run
from tests.labs.facts import contents, context


def test_no_shell_passes() -> None:
    assert run(contents(), context()).status == "passed"


def test_what_ran_is_named() -> None:
    verdict = run(contents(shells=("/bin/sh", "/opt/helper")), context())
    assert verdict.status == "failed"
    assert verdict.found == "`/bin/sh`; `/opt/helper` ran a command"
