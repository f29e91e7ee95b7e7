"""A learner in a real browser: wrong and right submissions of both labs, live and without JavaScript."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from tests.browser.conftest import folder, signed_in, submit
from tests.engine import Platform

pytestmark = [pytest.mark.browser, pytest.mark.engine]
GRADED_MS = 60_000


@pytest.mark.parametrize("lab", ["non-root", "layer-caching"])
def test_a_wrong_and_a_right_submission_get_the_right_grades(browser: Browser, platform: Platform, lab: str) -> None:
    with signed_in(browser, platform, "ada") as context:
        page, errors = context.new_page(), []
        page.on("pageerror", lambda error: errors.append(str(error)))
        for kind, verdict in (("starter", "Not yet"), ("solution", "Passed")):
            submit(page, platform, lab, folder(lab, kind))
            page.get_by_text("of 10 points").first.wait_for(timeout=GRADED_MS)
            assert verdict in page.inner_text("[role=status]")
        assert errors == []


def test_without_javascript_the_page_reloads_until_the_result(browser: Browser, platform: Platform) -> None:
    with signed_in(browser, platform, "linus", scripts=False) as context:
        page = context.new_page()
        submit(page, platform, "non-root", folder("non-root", "solution"))
        page.get_by_text("of 10 points").first.wait_for(timeout=GRADED_MS)
        assert "10 of 10 points" in page.inner_text("main")


def test_a_limit_is_shown_by_its_name_with_the_output_so_far(browser: Browser, platform: Platform) -> None:
    with signed_in(browser, platform, "linus") as context:
        page = context.new_page()
        flood = folder("non-root", "solution")["Dockerfile"] + "RUN echo begun && yes\n"
        submit(page, platform, "non-root", {"Dockerfile": flood})
        page.get_by_text("Limit: log 2 MB").first.wait_for(timeout=GRADED_MS)


def test_bad_files_are_refused_with_nothing_lost(browser: Browser, platform: Platform) -> None:
    with signed_in(browser, platform, "linus") as context:
        page = context.new_page()
        page.goto(f"{platform.url}/labs/non-root/")
        page.fill("textarea >> nth=0", "FROM python:3.11-slim\n" + "# " + "x" * 70_000)
        page.click("text=Build and grade")
        page.get_by_text("64 KB").first.wait_for()
        assert "x" * 1000 in page.input_value("textarea >> nth=0")


def test_a_stranger_gets_404(browser: Browser, platform: Platform) -> None:
    with signed_in(browser, platform, "ada") as context:
        page = context.new_page()
        submit(page, platform, "non-root", folder("non-root", "starter"))
        address = page.url
    with signed_in(browser, platform, "linus") as context:
        answer = context.new_page().goto(address)
        assert answer is not None and answer.status == 404
    with signed_in(browser, platform, "instructor") as context:
        answer = context.new_page().goto(address)
        assert answer is not None and answer.status == 200
