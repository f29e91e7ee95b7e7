"""When a browser paints the lesson, beside a plain file of the same size: load by load, each with an empty cache."""

from __future__ import annotations

import shutil
import statistics
from collections.abc import Sequence

from playwright.sync_api import Browser, Error, sync_playwright

from bench.errors import NotMeasured
from bench.pages import LESSON
from bench.table import Row, at_most, ratio

RATIO_GOAL = 1.5
PAINT_MS = 1000.0
WARM, COUNTED = 2, 15  # loads of each
_FIRST = "performance.getEntriesByName('first-contentful-paint').map((entry) => entry.startTime)[0]"


def measure(url: str) -> Sequence[Row]:
    """Rows from the medians of the first contentful paint."""
    program = shutil.which("chromium")
    if program is None:
        raise NotMeasured("there is no chromium here; `make test` installs it")
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox", "--disable-gpu"])
            lesson, plain = _alternate(browser, url + LESSON)
            browser.close()
    except Error as error:
        raise NotMeasured(f"the browser: {error}") from error
    return [
        at_most("paint_vs_plain_file:lesson", ratio(lesson, plain), "ratio", RATIO_GOAL),
        at_most("paint_ms:lesson", statistics.median(lesson), "ms", PAINT_MS),
    ]


def _alternate(browser: Browser, address: str) -> tuple[list[float], list[float]]:
    """Milliseconds until the paint of (the lesson, a plain file that needs no server, style or script)."""
    with browser.new_context() as context:
        page = context.new_page()
        page.goto(address)
        text = "lorem ipsum dolor sit amet " * (len(page.content()) // 27)
    file = f"<!doctype html><title>Plain</title><pre>{text}</pre>"
    lesson, plain = [], []
    for number in range(WARM + COUNTED):
        took = [_paint(browser, address, body) for body in (None, file)]
        if number >= WARM:
            lesson.append(took[0])
            plain.append(took[1])
    return lesson, plain


def _paint(browser: Browser, address: str, instead: str | None) -> float:
    with browser.new_context() as context:
        page = context.new_page()
        if instead is not None:
            page.route(address, lambda route: route.fulfill(body=instead, content_type="text/html"))
        page.goto(address)
        page.wait_for_function(_FIRST)
        return float(page.evaluate(_FIRST))
