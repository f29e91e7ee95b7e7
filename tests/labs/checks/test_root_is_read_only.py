from __future__ import annotations

from labs.checks.root_is_read_only import run
from sandbox.composefacts import Written
from tests.labs.facts import compose_mounts, context


def test_a_root_that_refuses_root_passes() -> None:
    verdict = run(compose_mounts(), context())
    assert verdict.status == "passed" and "all 2 directories" in verdict.found


def test_a_root_that_takes_a_file_fails() -> None:
    verdict = run(compose_mounts(root_read_only=False, writes=(Written("/", ""), Written("/app", ""))), context())
    assert (verdict.status, verdict.line, verdict.file) == ("failed", 4, "compose.yaml")
    assert verdict.found == "/ is mounted writable; uid 0 created a file in `/`, `/app`"


def test_any_other_refusal_is_none() -> None:
    assert run(compose_mounts(writes=(Written("/", "EACCES"),)), context()).status == "failed"


def test_without_a_try_nothing_is_measured() -> None:
    assert run(compose_mounts(writes=()), context()).status == "skipped"
