from __future__ import annotations

from labs.checks.tmpfs_bounded import run
from sandbox.composefacts import Seen
from sandbox.limits import MB
from tests.labs.facts import compose_mounts, context


def test_a_size_passes_and_so_does_no_tmpfs() -> None:
    verdict = run(compose_mounts(Seen("/tmp", "tmpfs", False, 16 * MB, False)), context())
    assert (verdict.status, verdict.found) == ("passed", "`/tmp`: 16 MB")
    assert run(compose_mounts(), context()).found == "There is no tmpfs"


def test_no_size_and_one_past_the_memory_fail() -> None:
    for size in (None, 300 * MB):
        verdict = run(compose_mounts(Seen("/tmp", "tmpfs", False, size, False)), context())
        assert (verdict.status, verdict.line, verdict.file) == ("failed", 9, "compose.yaml")


def test_one_that_cannot_be_written_needs_none() -> None:
    assert run(compose_mounts(Seen("/tmp", "tmpfs", True, None, False)), context()).status == "passed"
