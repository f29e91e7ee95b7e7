"""For each boundary setting: on, an attack is contained; off, it gets through, and the sandbox refuses to serve."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from _pytest.mark import ParameterSet

from tests.mutations import trying
from tests.mutations.mutation import Mutation, Off
from tests.mutations.table import MUTATIONS


def marked(mutation: Mutation) -> ParameterSet:
    marks = [pytest.mark.engine, *([] if mutation.cheap else [pytest.mark.prove])]
    return pytest.param(mutation, id=mutation.name, marks=marks)


@pytest.fixture(scope="module")
def intact() -> Iterator[Path]:
    with trying.serving(Off()) as control:
        yield control


@pytest.mark.parametrize("mutation", [marked(one) for one in MUTATIONS])
def test_a_boundary_decides_alone_and_is_missed_when_it_is_off(mutation: Mutation, intact: Path) -> None:
    row = trying.tried(mutation, intact)
    assert row.on == "", "with it on the attack got through"
    assert row.off, "with it off the attack is still contained: another layer hides it, or it is no boundary"
    assert not row.alone, "the layers before it hide nothing: it needs none of them switched off"
    assert row.refusal, f"with it off the sandbox would serve: {row.by} does not see it"


def test_every_name_is_told_from_the_others() -> None:
    assert len({one.name for one in MUTATIONS}) == len(MUTATIONS)
