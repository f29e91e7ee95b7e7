"""The notice above the pages in a real browser: it counts, and opens the labs without losing what was typed."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from config.runner import answers
from sandbox import start
from sandbox.engine.paths import PROJECT
from sandbox.start import Start
from tests import engine
from tests.browser.axe import violations

pytestmark = [pytest.mark.browser, pytest.mark.engine]
PASSWORD = "only-for-this-test"
REPORT = {"fingerprint": "f", "total": 1, "contained": 1, "cases": []}


@pytest.fixture
def server(tmp_path: Path) -> Iterator[str]:
    """A web server with a `var/` of its own, beside the supervisor that runs."""
    (tmp_path / "db").mkdir()
    own = {"SLIPWAY_VAR": str(tmp_path), "SLIPWAY_SANDBOX_SOCKET": str(engine.control()), "SLIPWAY_WEB_PROCESSES": "2"}
    environment = {**os.environ, **own}
    accounts = [{"role": "learner", "username": "ada", "password": PASSWORD}]
    for words, text in (
        (["migrate"], ""),
        (["demo"], json.dumps(accounts)),
        (["sandbox", "known"], json.dumps(REPORT)),
    ):
        command = [sys.executable, "manage.py", *words]
        subprocess.run(command, cwd=PROJECT, env=environment, input=text, text=True, check=True, stdout=subprocess.PIPE)
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port = int(listener.getsockname()[1])
    command = [sys.executable, "-m", "config.web", "--port", str(port)]
    with subprocess.Popen(command, cwd=PROJECT, env=environment, stderr=subprocess.DEVNULL) as process:
        deadline = time.monotonic() + 60
        while not answers("127.0.0.1", port):
            assert time.monotonic() < deadline
            time.sleep(0.05)
        yield f"http://127.0.0.1:{port}"
        process.terminate()


def lab(page: Page, server: str) -> None:
    page.goto(f"{server}/accounts/login/?next=/labs/non-root/")
    page.fill("input[name=username]", "ada")
    page.fill("input[name=password]", PASSWORD)
    page.click("main button[type=submit]")
    page.wait_for_url("**/labs/non-root/")


def test_labs_open_under_the_hands_of_a_learner(browser: Browser, server: str, tmp_path: Path) -> None:
    start.write(tmp_path, Start(start.SETUP, "engine tree", 4, 18, time.time() + 85))
    with browser.new_context() as context:
        page = context.new_page()
        lab(page, server)
        page.get_by_text("Labs open in about 90 s").wait_for()
        assert page.get_by_role("button", name="Build and grade").is_disabled()
        assert violations(page) == []
        page.fill("textarea >> nth=0", "FROM mine")
        start.write(tmp_path, Start(start.ATTACKS, done=12, total=48, opens_at=time.time() + 35))
        page.get_by_text("trying 48 attacks on this machine, 12 done").wait_for()
        start.write(tmp_path, Start(start.OPEN))
        page.get_by_text("Labs are open.").wait_for()
        assert page.get_by_role("button", name="Build and grade").is_enabled()
        assert page.input_value("textarea >> nth=0") == "FROM mine"


def test_without_javascript_the_page_says_to_reload(browser: Browser, server: str, tmp_path: Path) -> None:
    start.write(tmp_path, Start(start.SETUP, "engine tree", 4, 18, time.time() + 85))
    with browser.new_context(java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(f"{server}/lessons/containerization/")
        page.get_by_text("Without JavaScript, reload the page.").wait_for()
        start.write(tmp_path, Start(start.OPEN))
        page.reload()
        assert page.get_by_text("Labs open in").count() == 0


def test_a_failed_start_is_readable_for_everybody(browser: Browser, server: str, tmp_path: Path) -> None:
    start.write(tmp_path, Start(start.FAILED, finding="It could not be set up.", todo="Free some disk."))
    with browser.new_context(viewport={"width": 360, "height": 700}) as context:
        page = context.new_page()
        page.goto(f"{server}/lessons/containerization/")
        page.get_by_text("It could not be set up. Free some disk.").wait_for()
        assert violations(page) == []
        assert not page.evaluate("document.documentElement.scrollWidth > innerWidth")
