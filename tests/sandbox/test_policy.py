from __future__ import annotations

import json
import re
from typing import Any

import pytest

from sandbox.available import Stock
from sandbox.policy import rules
from tests.sandbox.stock import DATA, DIGEST, DISTROLESS, OTHER, PYTHON, UPSTREAM

POLICY = rules(Stock.of(DATA))
HUB = "docker-image://docker.io/library/"


def judged(source: str) -> str | None:
    """What BuildKit makes of a source: the identifier it would fetch, or None when it is denied.

    Its rule: the last match of ALLOW and DENY counts; a CONVERT that changes the source starts over.
    """
    for _ in range(5):
        allowed, changed = True, None
        for rule in POLICY["rules"]:
            if not _matches(rule["selector"]["identifier"], source):
                continue
            if rule["action"] == "CONVERT" and rule["updates"]["identifier"] != source:
                changed = rule["updates"]["identifier"]
                break
            allowed = rule["action"] != "DENY"
        if changed is None:
            return source if allowed else None
        source = changed
    raise AssertionError("the policy does not come to an end")


def _matches(pattern: str, source: str) -> bool:
    return re.fullmatch(re.escape(pattern).replace("\\*", ".*"), source) is not None


@pytest.mark.parametrize(
    "source",
    [
        "local://context",
        "local://dockerfile",
        f"{HUB}debian:12-slim",
        f"{HUB}debian:12-slim@{DIGEST}",
        f"{HUB}debian@{DIGEST}",
        f"{HUB}python:3.11-slim@{PYTHON}",
        f"docker-image://{DISTROLESS}",
    ],
)
def test_the_labs_files_and_the_catalogue_are_allowed(source: str) -> None:
    assert judged(source) == source


@pytest.mark.parametrize("tag", ["", ":12-slim", ":bookworm-20240101"])
def test_an_upstream_digest_becomes_the_catalogues_image(tag: str) -> None:
    assert judged(f"{HUB}debian{tag}@{UPSTREAM}") == f"{HUB}debian@{DIGEST}"


@pytest.mark.parametrize(
    "source",
    [
        f"{HUB}debian:latest",
        f"{HUB}debian:12-slim@{OTHER}",
        f"{HUB}debian:12-slimmer",
        f"{HUB}python@{DIGEST}",
        "docker-image://docker.io/docker/dockerfile:1",
        f"docker-image://docker.io/{DISTROLESS}",
        "docker-image://evil.org/library/debian:12-slim",
        "https://example.org/a",
        "http://example.org/a",
        "git://example.org/a",
        "oci-layout://x",
    ],
)
def test_everything_else_is_denied(source: str) -> None:
    assert judged(source) is None


def test_it_is_json_and_denies_first() -> None:
    decoded: dict[str, Any] = json.loads(json.dumps(POLICY))
    assert decoded["rules"][0] == {"action": "DENY", "selector": {"identifier": "*"}}


def test_an_empty_stock_allows_no_image() -> None:
    identifiers = [r["selector"]["identifier"] for r in rules(Stock.of({"images": {}}))["rules"]]
    assert identifiers == ["*", "local://*"]
