"""axe-core in a page of the trial platform: every violation of the rules for accessible pages, in words."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest
from playwright.sync_api import Page

SOURCE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"
RUN = "axe.run(document, {resultTypes: ['violations']})"


@cache
def _source() -> str:
    if not SOURCE.exists():
        pytest.skip("left out: axe-core is not installed; `npm ci` installs it")
    return SOURCE.read_text("utf-8")


def violations(page: Page) -> list[str]:
    """Rule, weight and the first element of each. The page's own policy is not loosened for it."""
    page.evaluate(_source())
    found = page.evaluate(RUN)["violations"]
    return [f"{one['id']} ({one['impact']}): {one['nodes'][0]['html'][:200]}" for one in found]
