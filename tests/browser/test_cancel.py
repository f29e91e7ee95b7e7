"""A learner takes a running submission back: its processes end, its page says so, the next one is graded."""

from __future__ import annotations

import time

import pytest
from playwright.sync_api import Browser

from bench.run import learners_processes
from tests.browser.conftest import folder, signed_in, submit
from tests.engine import Platform

pytestmark = [pytest.mark.browser, pytest.mark.engine]
PROMISED_SECONDS = 20.0


def test_a_cancelled_build_leaves_no_process_and_costs_no_attempt(browser: Browser, platform: Platform) -> None:
    with signed_in(browser, platform, "ada") as context:
        page = context.new_page()
        endless = "FROM debian:12-slim\nRUN sh -c 'trap \"\" TERM; sleep 300 & sleep 300 & wait; wait'\n"
        submit(page, platform, "non-root", {"Dockerfile": endless})
        page.get_by_text("RUN sh -c").first.wait_for()
        page.click("text=Cancel")
        page.get_by_text("No attempt was used.").first.wait_for()
        deadline = time.monotonic() + PROMISED_SECONDS
        while learners_processes() and time.monotonic() < deadline:
            time.sleep(0.05)
        assert learners_processes() == 0
        submit(page, platform, "non-root", folder("non-root", "solution"))
        page.get_by_text("10 of 10 points").first.wait_for(timeout=60_000)
