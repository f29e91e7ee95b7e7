"""What a user may do to a path, asked of the kernel in a process's own root."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from sandbox.engine.access import access
from tests.sandbox.engine.test_processes import NOBODY, ROOT, running


@pytest.fixture
def shared() -> Iterator[Path]:
    """A directory that other users can reach, unlike pytest's own."""
    folder = Path(tempfile.mkdtemp(prefix="access-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


@ROOT
def test_access_is_what_the_kernel_lets_that_user_do(shared: Path) -> None:
    (shared / "own").mkdir()
    os.chown(shared / "own", NOBODY, NOBODY)
    for name, owner, mode in (("own/a", 0, 0o644), ("own/b", NOBODY, 0o444), ("c", 0, 0o666), ("d", 0, 0o644)):
        (shared / name).touch()
        os.chown(shared / name, owner, owner)
        (shared / name).chmod(mode)
    paths = [str(shared / name) for name in ("own/a", "own/b", "c", "d", "missing")]
    with running("env") as pid:
        found = access(pid, NOBODY, NOBODY, [], paths)
        as_root = access(pid, 0, 0, [], paths[:1])
    assert found == [(False, True), (True, True), (True, False), (False, False), (False, False)]
    assert as_root == [(True, True)]


@ROOT
def test_a_group_counts_only_where_the_user_is_in_it(shared: Path) -> None:
    (shared / "team").touch()
    os.chown(shared / "team", 0, 4242)
    (shared / "team").chmod(0o664)
    with running("env") as pid:
        paths = [str(shared / "team")]
        assert access(pid, NOBODY, NOBODY, [4242], paths) == [(True, False)]
        assert access(pid, NOBODY, NOBODY, [], paths) == [(False, False)]


def test_access_in_a_process_that_is_gone_is_a_failure() -> None:
    with subprocess.Popen(["true"]) as process:
        process.wait()
    with pytest.raises(OSError, match=str(process.pid)):
        access(process.pid, 0, 0, [], ["/"])


@ROOT
def test_an_owner_may_always_change_the_modes(shared: Path) -> None:
    (shared / "read-only").touch()
    os.chown(shared / "read-only", NOBODY, NOBODY)
    (shared / "read-only").chmod(0o400)
    with running("env") as pid:
        assert access(pid, NOBODY, NOBODY, [], [str(shared / "read-only")]) == [(True, False)]


@ROOT
def test_a_directory_further_up_can_be_moved_away(shared: Path) -> None:
    (shared / "srv/app").mkdir(parents=True)
    (shared / "srv/app/app.py").touch()
    os.chown(shared / "srv", NOBODY, NOBODY)
    (shared / "srv").chmod(0o555)
    with running("env") as pid:
        assert access(pid, NOBODY, NOBODY, [], [str(shared / "srv/app/app.py")]) == [(False, True)]


@ROOT
def test_in_a_sticky_directory_only_the_owner_removes(shared: Path) -> None:
    shared.chmod(0o1777)
    for name, owner in (("roots", 0), ("own", NOBODY)):
        (shared / name).touch()
        os.chown(shared / name, owner, owner)
    with running("env") as pid:
        found = access(pid, NOBODY, NOBODY, [], [str(shared / "roots"), str(shared / "own")])
    assert found == [(False, False), (True, True)]
