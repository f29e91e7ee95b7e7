"""A learner takes a running submission back: its processes end, its page says so, the next one is graded."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browser.conftest import folder, signed_in, submit
from tests.engine import Platform

pytestmark = [pytest.mark.browser, pytest.mark.engine]
PROMISED_SECONDS = 20.0
SLEEPS = "30017"  # seconds; nothing else on the machine sleeps that long


def test_a_cancelled_build_leaves_no_process_and_costs_no_attempt(browser: Browser, platform: Platform) -> None:
    with signed_in(browser, platform, "ada") as context:
        page = context.new_page()
        endless = f"FROM debian:12-slim\nRUN trap '' TERM; sleep {SLEEPS} & sleep {SLEEPS}\n"
        submit(page, platform, "non-root", {"Dockerfile": endless})
        _until(lambda: _sleeping() >= 2)
        page.click("text=Cancel")
        page.get_by_text("It was taken back; no attempt was used.").first.wait_for()
        _until(lambda: _sleeping() == 0)
        submit(page, platform, "non-root", folder("non-root", "solution"))
        page.get_by_text("10 of 10 points").first.wait_for(timeout=60_000)


def _until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PROMISED_SECONDS
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def _sleeping() -> int:
    """Processes of the build, wherever on the machine they are."""
    count = 0
    for entry in Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):
            count += entry.read_bytes() == b"sleep\0" + SLEEPS.encode() + b"\0"
    return count
