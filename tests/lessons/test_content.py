from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path

import pytest

from lessons import content
from lessons.errors import ContentError
from lessons.quiz.questions import TYPES
from lessons.skills import SKILLS
from tests.lessons.folders import LESSON, QUIZ, SECTION, small

LESSON_4 = content.load("containerization")


def test_every_skill_has_a_section_with_an_example_a_reason_and_a_lab() -> None:
    sections = {section.skill: section for section in LESSON_4.sections if section.skill}
    assert sections.keys() == SKILLS.keys()
    for skill, section in sections.items():
        kinds = {block.kind for block in section.blocks}
        assert section.claim and section.lab, skill
        assert "why" in kinds, skill
        assert kinds & {"example", "compare"}, skill
        assert kinds & {"example", "measure"}, skill


def test_every_skills_reason_is_a_real_incident() -> None:
    """A CVE, or a year in which it happened."""
    for section in LESSON_4.sections:
        reasons = " ".join(block.html for block in section.blocks if block.kind == "why")
        assert not section.skill or re.search(r"CVE-\d{4}-\d{4,}|\b(19|20)\d\d\b", reasons), section.anchor


def test_a_section_has_the_name_of_its_skill() -> None:
    assert all(one.title == SKILLS[one.skill].title for one in LESSON_4.sections if one.skill)


def test_the_numbers_of_questions_are_those_of_the_specification() -> None:
    practice = [one for one in LESSON_4.questions if one.pool == "practice"]
    kept = [one for one in LESSON_4.questions if one.pool == "assessment"]
    by_skill = Counter(one.skill for one in practice)
    types = Counter(one.type for one in practice)
    assert len(practice) >= 42 and len(kept) >= 63
    assert min(by_skill[skill] for skill in SKILLS) >= 2
    assert types["hotspot"] >= 6 and types["predict"] >= 6
    assert set(types) == set(TYPES)


def test_every_skill_has_enough_variants_for_two_occasions_beside_the_first() -> None:
    for skill in SKILLS:
        assert sum(one.variant_count for one in LESSON_4.practice(skill) if one.type != "own") >= 6, skill


def test_every_example_and_diagram_stands_on_the_page() -> None:
    blocks = [block for section in LESSON_4.sections for block in section.blocks]
    assert {block.name for block in blocks if block.kind == "example"} == set(LESSON_4.examples or {})
    assert [block.name for block in blocks if block.kind == "diagram"] == [one.name for one in LESSON_4.diagrams]


def test_another_lesson_is_another_folder(tmp_path: Path) -> None:
    read = content.read(small(tmp_path))
    assert (read.slug, read.number, [section.anchor for section in read.sections]) == ("small", 9, ["images"])
    assert [question.id for question in read.questions] == ["one"]


def test_the_digest_names_every_text(tmp_path: Path) -> None:
    first = content.read(small(tmp_path / "a")).digest
    assert content.read(small(tmp_path / "b")).digest == first
    assert content.read(small(tmp_path / "c", quiz=QUIZ.replace("Because.", "So."))).digest != first


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"section": SECTION.replace("#images", "#nowhere")}, "images.md:6: no section has the anchor “#nowhere”"),
        ({"section": SECTION.replace("(#images", "(other.md")}, "images.md:6: a link to “other.md” leads out"),
        ({"section": SECTION.replace("architecture.images", "cooking")}, "images.md:2: unknown skill “cooking”"),
        ({"section": SECTION.replace("claim", "clam")}, "images.md:4: unknown key “clam”"),
        ({"section": SECTION + "::: example nothing\n"}, "images.md:7: there is no examples/nothing/example.toml"),
        ({"section": SECTION + "::: diagram nothing\n"}, "images.md:7: there is no nothing.drawio"),
        ({"section": SECTION + "::: why\nopen\n"}, "images.md:7: this block has no closing"),
        ({"lesson": LESSON.replace('["images"]', "[]")}, "images.md:1: this file is in no part of lesson.toml"),
        ({"quiz": QUIZ.replace("architecture.images", "architecture.volumes")}, "images.toml:3: no section"),
    ],
)
def test_a_slip_refuses_to_load_with_file_and_line(tmp_path: Path, changes: dict[str, str], message: str) -> None:
    with pytest.raises(ContentError) as refused:
        content.read(small(tmp_path, **changes))
    assert message in str(refused.value)


def test_a_term_that_is_never_said_is_a_slip(tmp_path: Path) -> None:
    folder = small(tmp_path)
    (folder / "glossary.toml").write_text('[volume]\ntext = "A directory."\n')
    with pytest.raises(ContentError, match=r"glossary\.toml:1: “volume” is explained"):
        content.read(folder)


def test_a_term_is_linked_where_it_is_said_first(tmp_path: Path) -> None:
    folder = small(tmp_path)
    (folder / "glossary.toml").write_text('[layer]\nforms = ["layers"]\ntext = "A difference."\n')
    section = next(content.read(folder).sections)
    assert '<a class="term" href="#term-layer">layer</a>' in section.blocks[0].html


def test_stored_answers_are_read_beside_the_questions() -> None:
    stored = json.loads((content.COURSE / "containerization" / "quiz" / "measured.json").read_text())
    keys = {key.partition("#")[0] for key in stored}
    assert keys == {one.id for one in LESSON_4.questions if one.type == "predict"}


def test_an_id_names_one_question_in_all_lessons() -> None:
    """Answers and evidence name a question by its id alone."""
    ids = [question.id for slug in content.slugs() for question in content.load(slug).questions]
    assert len(set(ids)) == len(ids)
