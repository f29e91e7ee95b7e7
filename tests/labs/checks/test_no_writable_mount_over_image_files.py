from __future__ import annotations

from labs.checks.no_writable_mount_over_image_files import run
from sandbox.composefacts import Covered, Seen
from tests.labs.facts import compose_mounts, context


def test_writable_places_of_their_own_pass() -> None:
    verdict = run(
        compose_mounts(Seen("/data", "ext4", False, None, False), Seen("/x", "ext4", True, None, False)), context()
    )
    assert (verdict.status, verdict.found) == ("passed", "Writable: `/data`")


def test_a_writable_mount_over_the_code_fails_where_it_is_mounted() -> None:
    code = Covered("/app", "ext4", ("/app/app.py",))
    verdict = run(compose_mounts(covered=(code,)), context())
    assert (verdict.status, verdict.line, verdict.file) == ("failed", 7, "compose.yaml")
    assert verdict.found == "`/app` is writable and covers `/app/app.py`"
    assert run(compose_mounts(covered=(Covered("/app", "tmpfs", ("/app/x",)),)), context()).line == 9
