from __future__ import annotations

import pytest

from labs import briefs, specs
from labs.errors import SpecError


def test_every_lab_links_to_sections_by_their_titles() -> None:
    assert len(specs.catalogue()) == 17  # each was loaded, and its links with it


@pytest.mark.parametrize(
    ("link", "message"),
    [
        ("[Layers](/lessons/containerization/#layers)", "brief.md:2: the lesson has no section “#layers”"),
        ("[Pictures](/lessons/containerization/#images)", "is called “Images”, not “Pictures”"),
        ("[Images](/lessons/orchestration/#images)", "there is no lesson “orchestration”"),
    ],
)
def test_a_dead_link_and_another_name_are_refused_with_the_line(link: str, message: str) -> None:
    with pytest.raises(SpecError) as refused:
        briefs.refuse_dead_links(f"## Why\nSee {link}.\n")
    assert message in str(refused.value)


def test_a_link_to_the_whole_lesson_may_be_called_anything() -> None:
    briefs.refuse_dead_links("[the lesson](/lessons/containerization/)")
