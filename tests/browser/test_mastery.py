"""A learner's way to a mastered skill: questions, a real build that passes, and new questions on another day."""

from __future__ import annotations

import sqlite3

import pytest
from playwright.sync_api import Browser, Page

from lessons import content
from lessons.quiz.questions import Question
from sandbox.engine.paths import layout
from tests.browser.conftest import folder, signed_in, submit
from tests.engine import Platform
from tests.lessons.quiz.answers import right

pytestmark = [pytest.mark.browser, pytest.mark.engine]
LESSON = content.load("containerization")
SKILL, ANCHOR = "dockerfile.layer-caching", "layer-caching"
PLACE = "/lessons/containerization/"
HOURS = 21  # more than the gap between two occasions


def test_from_the_first_question_to_a_mastered_skill(browser: Browser, platform: Platform) -> None:
    with signed_in(browser, platform, "ada") as context:
        page = context.new_page()
        practise(page, platform)
        assert "Learning" in level(page, platform) or "Practised" in level(page, platform)
        submit(page, platform, "layer-caching", folder("layer-caching", "solution"))
        page.get_by_text("10 of 10 points").first.wait_for(timeout=60_000)
        assert "Practised" in level(page, platform)
        a_day_later()
        practise(page, platform)
        assert "Mastered" in level(page, platform)


def practise(page: Page, platform: Platform) -> None:
    """Answer every practice question of the skill in a variant that is new, and right."""
    page.goto(f"{platform.url}{PLACE}practice/{ANCHOR}/")
    for asked in LESSON.practice(SKILL):
        if asked.type != "own":
            _answer(page, asked)


def _answer(page: Page, asked: Question) -> None:
    box = f"#q-{asked.id}"
    if page.locator(f"{box} button[name=again]").count():
        page.click(f"{box} button[name=again]")
        page.wait_for_selector(f"{box} button.primary")
    seed = int(page.get_attribute(f"{box} input[name=seed]", "value") or 0)
    for name, value in right(asked, seed).items():
        if asked.type in {"ordering", "matching"}:
            page.select_option(f"select[name='{name}']", value)
        elif isinstance(value, str):
            page.fill(f"input[name='{name}']", value)
        else:
            for one in value:
                page.check(f"{box} input[value='{one}']:is([type=radio], [type=checkbox])")
    page.click(f"{box} button.primary")
    page.wait_for_selector(f"{box} .quiz-verdict >> text=Right")


def level(page: Page, platform: Platform) -> str:
    page.goto(f"{platform.url}{PLACE}mastery/")
    return page.inner_text("details.skill:has(.skill-name:text-is('Layer caching')) .level")


def a_day_later() -> None:
    """Everything shown so far was shown a day ago."""
    with sqlite3.connect(layout().var / "db" / "trial.sqlite3", timeout=20) as database:
        for table in ("lessons_evidence", "lessons_answer"):
            database.execute(f"UPDATE {table} SET at = datetime(at, '-{HOURS} hours')")
