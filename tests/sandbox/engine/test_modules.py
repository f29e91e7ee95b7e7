from __future__ import annotations

import os
from pathlib import Path

import pytest

from sandbox.engine import modules
from sandbox.engine.modules import Feature


def test_every_module_is_asked_for_before_anything_is_tried(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = tmp_path / "asked"
    tool = tmp_path / "modprobe"
    tool.write_text(f'#!/bin/sh\necho "$2" >> {asked}\nexit 1\n')
    tool.chmod(0o755)
    monkeypatch.setattr(modules, "_PATH", f"{tmp_path}:{os.environ['PATH']}")
    modules.load()
    assert set(asked.read_text().split()) == set(modules.MODULES)


def test_a_machine_without_modprobe_is_no_crash(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(modules, "_PATH", "/nonexistent")
    modules.load()


def test_what_is_missing_is_named_with_its_module_and_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(modules, "load", lambda: None)
    works = Feature("overlay", "overlay file system", lambda: True)
    fails = Feature("br_netfilter", "firewall for bridges", lambda: False)
    monkeypatch.setattr(modules, "FEATURES", (works,))
    assert modules.missing() == ""
    monkeypatch.setattr(modules, "FEATURES", (works, fails))
    sentence = modules.missing()
    assert sentence.startswith("the kernel has no firewall for bridges (module br_netfilter)")
    assert "modprobe br_netfilter" in sentence


@pytest.mark.engine
@pytest.mark.parametrize("feature", modules.FEATURES, ids=lambda feature: feature.module)
def test_this_machine_has_what_slots_need(feature: Feature) -> None:
    assert feature.works()
