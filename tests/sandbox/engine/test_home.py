from __future__ import annotations

import os
import stat
import uuid
from pathlib import Path

import pytest

from sandbox.engine import cgroups, home
from sandbox.engine.cgroups import Group

CONTROLLERS = "cpuset cpu io memory pids\n"


@pytest.fixture
def v2(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A tree of plain files whose groups all have their controllers."""
    made = Path.mkdir

    def with_files(self: Path, mode: int = 0o777, parents: bool = False, exist_ok: bool = False) -> None:
        made(self, mode, parents, exist_ok)
        if self.is_relative_to(tmp_path / "tree"):
            (self / "cgroup.controllers").write_text(CONTROLLERS)

    root = tmp_path / "tree"
    root.mkdir()
    (root / "cgroup.controllers").write_text(CONTROLLERS)
    monkeypatch.setattr(Path, "mkdir", with_files)
    monkeypatch.setattr(cgroups, "ROOT", root)
    monkeypatch.setattr(home, "SYSTEMD", tmp_path / "systemd")
    return root


def program(folder: Path, name: str, script: str) -> None:
    file = folder / name
    file.write_text(f"#!/bin/sh\n{script}\n")
    file.chmod(file.stat().st_mode | stat.S_IXUSR)


def test_a_machine_without_systemd_has_its_groups_at_the_root(v2: Path) -> None:
    with home.opened("slipway-1") as group:
        assert group == home.home("slipway-1") == Group("slipway-1")
        assert (v2 / "cgroup.subtree_control").exists()
        assert (v2 / "slipway-1" / "cgroup.subtree_control").exists()


def test_where_a_scope_is_delegated_the_groups_are_below_it(
    v2: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scope = v2 / "system.slice/slipway-2.scope"
    (tmp_path / "systemd").mkdir()
    asked = tmp_path / "asked"
    made = f'mkdir -p {scope}; echo "{CONTROLLERS}" > {scope}/cgroup.controllers; echo $$ > {scope}/cgroup.procs'
    program(tmp_path, "systemd-run", f'echo "$@" > {asked}; {made}; exec sleep 60')
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    with home.opened("slipway-2") as group:
        assert group == home.home("slipway-2") == Group("system.slice/slipway-2.scope")
        assert (scope / "holder/cgroup.procs").read_text().isdigit()
        assert not (v2 / "cgroup.subtree_control").exists(), "systemd's own groups are not ours to change"
    words = asked.read_text().split()
    assert {"--scope", "--unit=slipway-2", "--property=Delegate=yes"} <= set(words)
    with pytest.raises(ProcessLookupError):
        os.kill(int((scope / "holder/cgroup.procs").read_text()), 0)


def test_where_systemd_refuses_the_groups_are_at_the_root_and_it_says_so(
    v2: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "systemd").mkdir()
    program(tmp_path, "systemd-run", "exit 1")
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    monkeypatch.setattr(home, "START_SECONDS", 0.3)
    with home.opened("slipway-3") as group:
        assert group == Group("slipway-3")
    assert "systemd delegated no scope" in capsys.readouterr().err


def test_a_tree_without_a_controller_that_limits_rest_on_is_an_error(v2: Path) -> None:
    (v2 / "cgroup.controllers").write_text("cpu io\n")
    with pytest.raises(OSError, match="no memory and no pids controller"), home.opened("slipway-4"):
        pass


@pytest.mark.engine
def test_this_machine_gives_a_home_and_gets_it_back() -> None:
    name = f"slipway-test-{uuid.uuid4().hex[:8]}"
    with home.opened(name) as group:
        child = Group(f"{group.path}/slot")
        child.make()
        child.remove()
        directories = group.directories()
        assert all(directory.is_dir() for directory in directories)
    if not home.is_delegated():  # systemd removes a scope in its own time
        assert not any(directory.exists() for directory in directories)
