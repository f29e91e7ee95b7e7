from __future__ import annotations

from pathlib import Path

import pytest

from sandbox.engine.paths import Layout
from sandbox.engine.provision import all as everything
from sandbox.engine.provision import tree
from sandbox.engine.provision.parts import PartFailed
from sandbox.engine.provision.tree import SETTING


def inputs(place: Layout) -> tuple[str, ...]:
    part = next(part for part in everything.parts(place, Path("python")) if part.name == "engine tree")
    return part.inputs


@pytest.mark.parametrize(
    ("value", "suite"), [(None, "forky"), ("", "forky"), ("forky", "forky"), (" trixie ", "trixie")]
)
def test_the_setting_chooses_the_suite(monkeypatch: pytest.MonkeyPatch, value: str | None, suite: str) -> None:
    monkeypatch.setattr(tree, "kernel", lambda: (6, 12))
    monkeypatch.delenv(SETTING, raising=False)
    if value is not None:
        monkeypatch.setenv(SETTING, value)
    assert tree.suite() == suite


@pytest.mark.parametrize(("kernel", "suite"), [((6, 1), "trixie"), ((6, 6), "forky"), ((7, 0), "forky")])
def test_without_the_setting_the_kernel_decides(
    monkeypatch: pytest.MonkeyPatch, kernel: tuple[int, int], suite: str
) -> None:
    monkeypatch.delenv(SETTING, raising=False)
    monkeypatch.setattr(tree, "kernel", lambda: kernel)
    assert tree.suite() == suite
    monkeypatch.setenv(SETTING, "forky")
    assert tree.suite() == "forky"


def test_the_kernel_of_this_machine_has_a_version() -> None:
    assert tree.kernel() > (4, 0)


@pytest.mark.parametrize("value", ["bookworm", "Forky", "sid", "forky trixie", "--help"])
def test_another_suite_stops_the_set_up_with_the_choice(
    monkeypatch: pytest.MonkeyPatch, place: Layout, value: str
) -> None:
    monkeypatch.setenv(SETTING, value)
    with pytest.raises(PartFailed, match=f"{SETTING} is '{value}'; it can be forky or trixie"):
        everything.parts(place, Path("python"))


def test_a_tree_of_another_suite_is_made_again(monkeypatch: pytest.MonkeyPatch, place: Layout) -> None:
    monkeypatch.setenv(SETTING, "forky")
    newer = inputs(place)
    monkeypatch.setenv(SETTING, "trixie")
    assert inputs(place) != newer


def test_an_expired_release_file_is_accepted_of_testing_alone() -> None:
    assert any("Check-Valid-Until" in option for option in tree._options("forky"))
    assert tree._options("trixie") == ()
