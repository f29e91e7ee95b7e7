from __future__ import annotations

from labs.checks.no_package_manager import run
from tests.labs.facts import contents, context


def test_none_passes() -> None:
    assert run(contents(), context()).status == "passed"


def test_what_is_there_is_named() -> None:
    verdict = run(contents(managers=("/usr/bin/apt",)), context())
    assert (verdict.status, verdict.found) == ("failed", "`/usr/bin/apt`")
