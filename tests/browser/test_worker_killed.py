"""The worker is killed in the middle of a build: the submission is graded all the same, exactly once."""

from __future__ import annotations

import os
import signal
import sqlite3
import uuid
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from sandbox.engine.paths import layout
from tests.browser.conftest import folder, signed_in, submit
from tests.engine import Platform

pytestmark = [pytest.mark.browser, pytest.mark.engine, pytest.mark.prove]
RECOVERED_MS = 180_000  # the lease of 60 s runs out, the reaper calls again, the build runs once more


def test_a_submission_outlives_its_worker(browser: Browser, platform: Platform) -> None:
    with signed_in(browser, platform, "ada") as context:
        page = context.new_page()
        slow = folder("non-root", "solution")["Dockerfile"] + "RUN sleep 5\n"
        submit(page, platform, "non-root", {"Dockerfile": slow})
        page.get_by_text("RUN sleep 5").first.wait_for()
        assert _kill_workers() > 0
        page.get_by_text("10 of 10 points").first.wait_for(timeout=RECOVERED_MS)
        assert _runs(page.url.rstrip("/").rpartition("/")[2]) == 1


def _kill_workers() -> int:
    """SIGKILL to every process of the trial's worker; how many there were."""
    killed = 0
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            command, where = (entry / "cmdline").read_bytes(), (entry / "environ").read_bytes()
        except OSError:
            continue
        if b"config.celery" in command and str(layout().var / "db" / "trial.sqlite3").encode() in where:
            os.kill(int(entry.name), signal.SIGKILL)
            killed += 1
    return killed


def _runs(submission: str) -> int:
    """Gradings stored for it."""
    with sqlite3.connect(layout().var / "db" / "trial.sqlite3") as database:
        query = "SELECT COUNT(*) FROM labs_run WHERE submission_id = ?"
        return int(database.execute(query, (uuid.UUID(submission).hex,)).fetchone()[0])
