"""The authors' guide says everything there is to say, and nothing that is not there."""

from __future__ import annotations

import re

import pytest

from labs.checks import BY_ID
from labs.specfile import CheckTable, ExperimentTable, LabTable
from labs.specrules import KINDS
from sandbox.engine.paths import PROJECT

GUIDE = (PROJECT / "docs" / "authoring.md").read_text("utf-8")


def section(title: str) -> str:
    """The text below a heading, up to the next one."""
    return GUIDE.split(f" {title}\n", 1)[1].split("\n#", 1)[0]


def first_column(title: str) -> set[str]:
    rows = [line.split("|")[1] for line in section(title).splitlines() if line.startswith("| `")]
    return {name for row in rows for name in re.findall(r"`\[*(?:experiment\.)?([\w-]+)\]*`", row)}


@pytest.mark.parametrize(
    ("title", "table"),
    [("`lab.toml`", LabTable), ("Keys of a check", CheckTable), ("Keys of an experiment", ExperimentTable)],
)
def test_every_key_is_explained(title: str, table: type[LabTable | CheckTable | ExperimentTable]) -> None:
    keys = {field.alias or name for name, field in table.model_fields.items()}
    assert first_column(title) == keys


def test_every_experiment_is_explained_with_what_it_goes_on_from() -> None:
    rows = [line for line in section("Experiments and their facts").splitlines() if line.startswith("| `")]
    told = {re.findall(r"`([\w-]+)`", row)[0]: row.split("|") for row in rows}
    assert set(told) == set(KINDS)
    for name, kind in KINDS.items():
        assert set(re.findall(r"`([\w-]+)`", told[name][2])) == set(kind.after), name
        assert f"`{kind.fact.__name__}`" in told[name][4], name


def test_every_check_stands_beside_the_fact_it_reads() -> None:
    told: dict[str, str] = {}
    for line in section("Checks").splitlines():
        if line.startswith("| `"):
            fact, *checks = re.findall(r"`([\w-]+)`", line)
            told |= dict.fromkeys(checks, fact)
    assert told == {check.id: check.reads.__name__ for check in BY_ID.values()}
