"""The lesson, the lab and the submission page: how long beside an empty view, and how many queries.

The empty view is `/healthz`: it asks the database one trivial question, and has no session, template or middleware of
its own. The product gets no view for the benchmark's sake.
"""

from __future__ import annotations

import http.client
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlsplit

from bench.errors import NotMeasured
from bench.table import Row, at_most, plain
from sandbox.engine.paths import PROJECT

EMPTY = "/healthz"
LESSON, LAB = "/lessons/containerization/", "/labs/non-root/"
RATIO_GOAL = 2.0
WARM, COUNTED = 10, 100  # requests to each page
PAGE_SECONDS = 30.0


def latencies(url: str, cookies: Mapping[str, str], submission: str) -> list[Row]:
    """Ratios of the medians: the page and the empty view in turn, over one connection, signed in."""
    rows, empty_ms = [], []
    for name, path in {"lesson": LESSON, "lab": LAB, "submission": submission}.items():
        page, empty = _alternate(url, path, cookies)
        empty_ms += empty
        rows += [
            at_most(
                f"page_vs_empty_view:{name}", statistics.median(page) / statistics.median(empty), "ratio", RATIO_GOAL
            ),
            plain(f"page_ms:{name}", statistics.median(page), "ms"),
        ]
    return [*rows, plain("page_ms:empty", statistics.median(empty_ms), "ms")]


def _alternate(url: str, path: str, cookies: Mapping[str, str]) -> tuple[list[float], list[float]]:
    """Milliseconds of (the page, the empty view), request by request."""
    headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items())}
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=PAGE_SECONDS)
    page, empty = [], []
    try:
        for number in range(WARM + COUNTED):
            took = [_get(connection, one, headers) for one in (path, EMPTY)]
            if number >= WARM:
                page.append(took[0])
                empty.append(took[1])
    finally:
        connection.close()
    return page, empty


def _get(connection: http.client.HTTPConnection, path: str, headers: dict[str, str]) -> float:
    begun = time.perf_counter()
    connection.request("GET", path, headers=headers)
    answer = connection.getresponse()
    answer.read()
    took = (time.perf_counter() - begun) * 1000
    if answer.status != 200:
        raise NotMeasured(f"{path} answered {answer.status}")
    return took


def queries() -> list[Row]:
    """Database queries a page with ten attempts; the goal is the number with one.

    Counted in another process, because this one has the installation's database open.
    """
    with TemporaryDirectory(prefix="slipway-bench-") as folder:
        environment = {
            **os.environ,
            "SLIPWAY_DATABASE_URL": f"sqlite:///{Path(folder) / 'bench.sqlite3'}",
            "SLIPWAY_REDIS_URL": f"unix://{Path(folder) / 'nobody.sock'}",
            "SLIPWAY_LOG_LEVEL": "ERROR",
        }
        command = [sys.executable, "-m", "bench", "--count-queries"]
        done = subprocess.run(command, cwd=PROJECT, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise NotMeasured(f"queries could not be counted: {done.stderr[-600:]}")
    one, ten = json.loads(done.stdout)
    return [Row(f"queries_per_page:{name}", ten[name], "queries", one[name], one[name] == ten[name]) for name in one]
