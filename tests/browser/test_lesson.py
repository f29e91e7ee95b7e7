"""The lesson in a real browser: accessible on every page, quick, quiet, and complete without scripts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from lessons import content
from lessons.quiz.questions import Question
from tests.browser.axe import violations
from tests.browser.conftest import signed_in
from tests.engine import Platform
from tests.lessons.quiz.answers import right, wrong

pytestmark = pytest.mark.browser
LESSON = content.load("containerization")
PLACE = "/lessons/containerization/"
PAGES = [
    "/accounts/login/",
    "/labs/",
    "/labs/layer-caching/",
    PLACE,
    f"{PLACE}?q=seccomp",
    f"{PLACE}practice/layer-caching/",
    f"{PLACE}practice/resource-limits/",
    f"{PLACE}questions/client-who-does-it/",
    f"{PLACE}assessment/",
    f"{PLACE}mastery/",
]
WIDTHS = [(390, "light"), (820, "dark"), (1280, "light"), (1280, "dark")]
WIRE_BYTES = 160_000


def question(name: str) -> Question:
    return next(one for one in LESSON.questions if one.id == name)


@pytest.fixture(params=WIDTHS, ids=lambda one: f"{one[0]}-{one[1]}")
def shown(browser: Browser, request: pytest.FixtureRequest) -> Iterator[BrowserContext]:
    width, scheme = request.param
    with browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme) as context:
        yield context


def listening(page: Page, platform: Platform) -> list[str]:
    """What goes wrong on the page from now on: errors, and requests to anywhere else."""
    heard: list[str] = []
    page.on("pageerror", lambda error: heard.append(str(error)))
    page.on("console", lambda message: heard.append(message.text) if message.type == "error" else None)
    page.on("request", lambda asked: None if asked.url.startswith((platform.url, "data:")) else heard.append(asked.url))
    return heard


def test_no_page_breaks_a_rule_of_accessibility(browser: Browser, platform: Platform) -> None:
    schemes: tuple[Literal["light", "dark"], ...] = ("light", "dark")
    found: dict[str, list[str]] = {}
    with signed_in(browser, platform, "ada") as context:
        page = context.new_page()
        for path in PAGES:
            for scheme in schemes:
                page.emulate_media(color_scheme=scheme)
                page.goto(platform.url + path)
                found[f"{path} {scheme}"] = violations(page)
        page.goto(f"{platform.url}{PLACE}assessment/")
        page.click("main form button")
        found["a drawn set"] = violations(page)
    assert {where: what for where, what in found.items() if what} == {}


def test_the_instructors_pages_do_not_either(browser: Browser, platform: Platform) -> None:
    with signed_in(browser, platform, "instructor") as context:
        page = context.new_page()
        page.goto(f"{platform.url}{PLACE}mastery/")
        page.get_by_role("link", name="Cohort:").first.click()
        assert violations(page) == []
        page.locator("tbody th a").first.click()
        assert violations(page) == []


def test_it_fits_every_width_without_an_error_or_a_request_elsewhere(shown: BrowserContext, platform: Platform) -> None:
    page = shown.new_page()
    heard = listening(page, platform)
    page.goto(platform.url + PLACE)
    page.wait_for_load_state("networkidle")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert violations(page) == []
    assert heard == []


def test_nothing_moves_while_it_loads(browser: Browser, platform: Platform) -> None:
    watch = """window.moved = 0; new PerformanceObserver((list) => {
        for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.moved += entry.value;
    }).observe({type: 'layout-shift', buffered: true})"""
    with browser.new_context(viewport={"width": 1280, "height": 900}) as context:
        page = context.new_page()
        page.add_init_script(watch)
        page.goto(platform.url + PLACE)
        page.wait_for_timeout(500)
        assert page.evaluate("window.moved") < 0.01


def test_it_weighs_little(browser: Browser, platform: Platform) -> None:
    with browser.new_context() as context:
        page = context.new_page()
        page.goto(platform.url + PLACE)
        page.wait_for_load_state("networkidle")
        sizes = "performance.getEntriesByType('resource').map((e) => e.transferSize)"
        whole = "performance.getEntriesByType('navigation')[0].transferSize"
        assert page.evaluate(whole) + sum(page.evaluate(sizes)) < WIRE_BYTES


def test_the_contents_follow_and_ticks_survive(browser: Browser, platform: Platform) -> None:
    with browser.new_context(viewport={"width": 1280, "height": 900}) as context:
        page = context.new_page()
        page.goto(f"{platform.url}{PLACE}#seccomp")
        page.wait_for_selector('.contents-wide a[href="#seccomp"][aria-current]')
        page.click("button[value=seccomp]")
        page.reload()
        assert page.get_attribute("button[value=seccomp]", "aria-pressed") == "true"
        assert page.locator('.contents-wide a[href="#seccomp"].is-read').count() == 1


def test_parts_of_a_diagram_are_reached_by_keyboard_and_lead_to_their_sections(
    browser: Browser, platform: Platform
) -> None:
    with browser.new_context(viewport={"width": 1280, "height": 900}) as context:
        page = context.new_page()
        page.goto(platform.url + PLACE)
        page.locator(".diagram-wide a[href='#volumes']").focus()
        page.keyboard.press("Enter")
        assert page.url.endswith("#volumes")


def test_on_a_phone_a_diagram_is_drawn_for_its_width(browser: Browser, platform: Platform) -> None:
    with browser.new_context(viewport={"width": 390, "height": 800}) as context:
        page = context.new_page()
        page.goto(platform.url + PLACE)
        assert page.locator(".diagram-wide:visible").count() == 0
        boxes = page.locator(".diagram-narrow:visible")
        assert boxes.count() == len(LESSON.diagrams)
        assert all(box.evaluate("box => box.scrollWidth <= box.clientWidth") for box in boxes.all())


def test_a_question_is_answered_by_keyboard_in_place(browser: Browser, platform: Platform) -> None:
    asked = question("client-socket-rights")
    box = f"#q-{asked.id}"
    with browser.new_context(viewport={"width": 1280, "height": 900}) as context:
        page = context.new_page()
        page.goto(f"{platform.url}{PLACE}{box}")
        seed = int(page.get_attribute(f"{box} input[name=seed]", "value") or 0)
        pick = wrong(asked, seed)[f"q-{asked.id}"][0]
        page.evaluate("box => document.querySelector(box).closest('details')?.setAttribute('open', '')", box)
        page.locator(f"{box} input[type=radio][value='{pick}']").focus()
        page.keyboard.press("Space")
        page.locator(f"{box} button").focus()
        page.keyboard.press("Enter")
        page.wait_for_selector(f"{box} .quiz-verdict")
        assert "Not yet" in page.inner_text(f"{box} .quiz-said")
        page.wait_for_function("document.activeElement.className === 'quiz-said'")
        assert page.url.endswith(box)


def test_without_scripts_a_question_comes_back_answered(browser: Browser, platform: Platform) -> None:
    asked = question("client-who-does-it")
    box = f"#q-{asked.id}"
    with signed_in(browser, platform, "linus", scripts=False) as context:
        page = context.new_page()
        page.goto(platform.url + PLACE)
        seed = int(page.get_attribute(f"{box} input[name=seed]", "value") or 0)
        for name, value in right(asked, seed).items():
            page.select_option(f"select[name='{name}']", value)
        page.click(f"{box} button")
        assert page.url.endswith(box)
        assert "Right" in page.inner_text(f"{box} .quiz-verdict")
