"""What a section calls good passes the lab of that section, exactly as it is shown."""

from __future__ import annotations

import pytest

from labs import specs, trials
from lessons import content
from sandbox.door import Slot

LESSON = content.load("containerization")
EXAMPLES = LESSON.examples or {}
SECTIONS = {block.name: section for section in LESSON.sections for block in section.blocks if block.kind == "example"}


@pytest.mark.parametrize("name", sorted(EXAMPLES))
def test_an_example_is_graded_in_the_lab_of_its_section(name: str) -> None:
    assert EXAMPLES[name].grade == SECTIONS[name].lab
    assert set(EXAMPLES[name].sides["good"].show) & set(specs.catalogue()[EXAMPLES[name].grade].names)


@pytest.mark.parametrize("name", sorted(EXAMPLES))
def test_nothing_is_submitted_that_a_reader_cannot_copy(name: str) -> None:
    """Password files hold hashes, which a reader makes; every other file of the lab's is shown, or is the starter's."""
    lab, good = specs.catalogue()[EXAMPLES[name].grade], EXAMPLES[name].sides["good"]
    hidden = set(good.files) & set(lab.names) - set(good.show) - {"htpasswd", "writers"}
    assert {one for one in hidden if good.files[one] != lab.starter.get(one)} <= set(_beside(name))


def _beside(name: str) -> tuple[str, ...]:
    """Files that the section shows in another example: the registry's two belong together."""
    return EXAMPLES["strangers-refused"].sides["good"].show if name == "writers-only" else ()


@pytest.mark.engine
@pytest.mark.parametrize("name", sorted(EXAMPLES))
def test_the_good_side_passes_every_check_of_its_skill(slot: Slot, name: str) -> None:
    lab = specs.catalogue()[EXAMPLES[name].grade]
    own = {check.id for check in lab.checks if check.skill == SECTIONS[name].skill and check.required}
    grade = trials.graded(slot, EXAMPLES[name])
    assert grade.counted
    assert {one.id: one.found for one in grade.checks if one.id in own and one.status != "passed"} == {}
