from __future__ import annotations

import re
from pathlib import Path

import pytest

from labs import specs
from lessons import content
from lessons.errors import ContentError
from tests.lessons.folders import LESSON, SECTION, small

LESSON_4 = content.load("containerization")


def test_every_lab_has_its_concepts_and_each_is_taught_before_it() -> None:
    """Loading has checked the order and the words; here, that no lab was forgotten."""
    assert set(LESSON_4.needs) == set(specs.catalogue())
    assert min(map(len, LESSON_4.needs.values())) >= 4


def test_each_skill_of_a_lab_is_among_its_concepts() -> None:
    for slug, lab in specs.catalogue().items():
        anchors = {one.anchor for one in LESSON_4.needs[slug]}
        wanted = {skill.partition(".")[2] for skill in lab.skills} - {"images", "network-policy"}
        assert wanted <= anchors, slug


def test_a_beginner_meets_the_commands_and_both_files_before_the_first_skill() -> None:
    order = [section.anchor for section in LESSON_4.sections]
    first = next(at for at, section in enumerate(LESSON_4.sections) if section.skill)
    assert {"everyday-commands", "dockerfile-syntax", "compose-syntax"} <= set(order[:first])


def test_the_dockerfile_and_the_compose_file_have_ten_lines() -> None:
    for name, language in (("dockerfile-syntax", "dockerfile"), ("compose-syntax", "yaml")):
        text = (content.COURSE / "containerization" / f"{name}.md").read_text()
        listing = re.search(rf"```{language}\n(.*?)```", text, re.DOTALL)
        assert listing and 10 <= len(listing[1].splitlines()) <= 11, name


MISSED = """
Open Container Initiative, virtual machine, --platform, AppArmor, SELinux, rootless mode, Provenance, Keyless signing,
auth: token, musllinux, GOMEMLIMIT, NetworkPolicy, docker inspect, docker pull
"""


@pytest.mark.parametrize("words", [one.strip() for one in MISSED.split(",")])
def test_what_the_review_missed_is_taught(words: str) -> None:
    assert any(words in section.source for section in LESSON_4.sections)


@pytest.mark.parametrize(
    ("concepts", "message"),
    [
        ('[hello-image]\n"a difference" = "volumes"\n', "concepts.toml:2: no section has the anchor “#volumes”"),
        ('[hello-image]\n"a whale" = "images"\n', "concepts.toml:2: “#images” does not say “a whale”"),
        ('[non-root]\n"a difference" = "images"\n', "concepts.toml:2: no section leads to the lab “non-root”"),
        ("[hello-image\n", "concepts.toml:1: this is not TOML"),
    ],
)
def test_a_concept_that_is_not_taught_refuses_to_load(tmp_path: Path, concepts: str, message: str) -> None:
    folder = small(tmp_path)
    (folder / "concepts.toml").write_text(concepts)
    with pytest.raises(ContentError) as refused:
        content.read(folder)
    assert message in str(refused.value)


def test_a_concept_is_taught_before_its_lab(tmp_path: Path) -> None:
    folder = small(tmp_path, lesson=LESSON.replace('["images"]', '["images", "later"]'))
    later = '+++\nid = "later"\ntitle = "Later"\n+++\nA late word.\n'
    (folder / "later.md").write_text(later)
    (folder / "concepts.toml").write_text('[hello-image]\n"late word" = "later"\n')
    with pytest.raises(ContentError, match="“#later” comes after the lab “hello-image”"):
        content.read(folder)
    assert "hello-image" in SECTION
