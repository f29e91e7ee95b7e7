"""A browser, people signed in to the trial platform, and how a learner submits."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.engine import Platform

CATALOGUE = Path(__file__).parents[2] / "labs" / "catalogue"
SWITCHES = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=[*SWITCHES, "--disable-sync"])
        yield browser
        browser.close()


def signed_in(browser: Browser, platform: Platform, name: str, *, scripts: bool = True) -> BrowserContext:
    context = browser.new_context(java_script_enabled=scripts)
    page = context.new_page()
    page.goto(f"{platform.url}/accounts/login/?next=/labs/")
    page.fill("input[name=username]", name)
    page.fill("input[name=password]", platform.passwords[name])
    page.click("main button[type=submit]")
    page.wait_for_url("**/labs/")
    return context


def submit(page: Page, platform: Platform, lab: str, files: dict[str, str]) -> None:
    page.goto(f"{platform.url}/labs/{lab}/")
    for area in page.query_selector_all("textarea"):
        area.fill(files.get((area.get_attribute("name") or "").removeprefix("file:"), ""))
    page.click("text=Build and grade")
    page.wait_for_url("**/submissions/**")


def folder(lab: str, kind: str) -> dict[str, str]:
    return {file.name: file.read_text() for file in (CATALOGUE / lab / kind).iterdir()}
