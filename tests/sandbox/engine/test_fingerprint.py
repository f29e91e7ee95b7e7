from __future__ import annotations

from pathlib import Path

import pytest

from sandbox.engine import cgroups
from sandbox.engine import fingerprint as module
from sandbox.engine.fingerprint import fingerprint
from sandbox.engine.paths import Layout


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    made = Layout(tmp_path)
    for file in (made.stock, made.tree / "var/lib/dpkg/status"):
        file.parent.mkdir(parents=True)
        file.write_text("{}")
    return made


def test_it_stays_the_same_while_nothing_changes(layout: Layout) -> None:
    assert fingerprint(layout) == fingerprint(layout)


def test_it_changes_with_the_stock_and_with_the_programs_of_the_engine_tree(layout: Layout) -> None:
    found = {fingerprint(layout)}
    for file in (layout.stock, layout.tree / "var/lib/dpkg/status"):
        file.write_text('{"images": {}}')
        found.add(fingerprint(layout))
    assert len(found) == 3


@pytest.mark.parametrize(
    "name", ["limits.py", "policy.py", "engine/slot/daemon.json", "engine/slot/nginx.conf", "engine/slot/runc"]
)
def test_it_changes_with_the_sandboxs_own_files(
    layout: Layout, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setattr(module, "SANDBOX", tmp_path / "sandbox")
    file = tmp_path / "sandbox" / name
    file.parent.mkdir(parents=True)
    file.write_text("before")
    before = fingerprint(layout)
    file.write_text("after")
    assert fingerprint(layout) != before


def test_what_tries_the_sandbox_is_no_part_of_it(
    layout: Layout, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "SANDBOX", tmp_path / "sandbox")
    before = fingerprint(layout)
    file = tmp_path / "sandbox" / "hostile" / "runner.py"
    file.parent.mkdir(parents=True)
    file.write_text("another way to try")
    assert fingerprint(layout) == before


def test_it_changes_with_the_version_of_control_groups(layout: Layout, monkeypatch: pytest.MonkeyPatch) -> None:
    before, other = fingerprint(layout), not cgroups.is_v2()
    monkeypatch.setattr(cgroups, "is_v2", lambda: other)
    assert fingerprint(layout) != before
