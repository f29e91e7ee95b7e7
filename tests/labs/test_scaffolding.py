"""`labs new` makes a lab that holds, and the schema says what the loader reads."""

from __future__ import annotations

from pathlib import Path

import pytest

from labs import proof, proving, scaffolding, specs
from labs.errors import SpecError
from sandbox.engine.paths import layout


def test_a_new_lab_loads_under_its_name_and_title(tmp_path: Path) -> None:
    folder = scaffolding.new("my-lab", 'Say "no" to root', tmp_path)
    lab = specs.load(folder)
    assert (lab.slug, lab.title) == ("my-lab", 'Say "no" to root')
    assert "labs test my-lab" in (folder / "lab.toml").read_text()


def test_without_a_title_it_is_called_by_its_name(tmp_path: Path) -> None:
    assert specs.load(scaffolding.new("my-lab", folder=tmp_path)).title == "My lab"


@pytest.mark.parametrize("slug", ["My Lab", "../lab", "", "a--b", "x" * 65])
def test_a_name_that_no_address_can_hold_is_refused(slug: str, tmp_path: Path) -> None:
    with pytest.raises(SpecError, match="small letters"):
        scaffolding.new(slug, folder=tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_lab_that_is_there_stays_as_it_is(tmp_path: Path) -> None:
    brief = scaffolding.new("my-lab", folder=tmp_path) / "brief.md"
    brief.write_text("Mine.")
    with pytest.raises(SpecError, match="is there already"):
        scaffolding.new("my-lab", folder=tmp_path)
    assert brief.read_text() == "Mine."


@pytest.mark.engine
def test_a_new_lab_passes_its_own_proof(tmp_path: Path) -> None:
    lab = specs.load(scaffolding.new("my-lab", folder=tmp_path))
    cases = proof.cases(lab, tmp_path / "my-lab")
    results = proving.prove({"my-lab": lab}, cases, layout().control, tell=lambda result: None)
    assert {case.name: words for case, words in proof.verdict(lab, results).items() if words} == {}
    assert proof.killed(results) == {check.id for check in lab.checks}


def test_the_schema_that_editors_read_is_the_loaders_own() -> None:
    assert scaffolding.SCHEMA.read_text("utf-8") == scaffolding.schema_text(), "write it again: manage.py labs schema"
