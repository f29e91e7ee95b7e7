"""What tests share: a database in a file, an embedded Redis, a supervisor that answers, and one lab."""

from __future__ import annotations

import json
import os
import shutil
import socketserver
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import redis
from django.conf import settings as django_settings
from django.core.cache import cache
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis
from pytest_django import Settings
from redis.backoff import NoBackoff
from redis.retry import Retry

from config import services
from labs import events, gate, specs
from labs.specs import Lab
from sandbox.engine.paths import layout
from tests import engine, factories
from tests.engine import platform, slot, tried  # noqa: F401  # fixtures

# Fuzzing: a few examples in each run, many in `make prove` (`--hypothesis-profile prove`). Timing belongs to `bench`.
hypothesis.register_profile("default", max_examples=100, deadline=None, derandomize=True)
hypothesis.register_profile("prove", max_examples=2000, deadline=None, suppress_health_check=[HealthCheck.too_slow])
hypothesis.load_profile("default")


@pytest.fixture(scope="session")
def django_db_modify_db_settings(tmp_path_factory: pytest.TempPathFactory) -> None:
    """SQLite in a file: workers' threads have connections of their own, as they have in life."""
    default = django_settings.DATABASES["default"]
    if default["ENGINE"].endswith("sqlite3"):
        default.setdefault("TEST", {})["NAME"] = str(tmp_path_factory.mktemp("database") / "test.sqlite3")


@pytest.fixture(autouse=True)
def _quick_and_alone(settings: Settings) -> None:
    """Tests wake nobody unless they say so: without Redis everything must still work."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.REDIS_URL = "unix:///nonexistent/redis.sock?db=0"
    events._silent_until = 0.0
    cache.clear()


@pytest.fixture(scope="session")
def _redis_server() -> Iterator[str]:
    tree = layout().tree
    if not (tree / services.LOADER).exists():
        pytest.skip("left out: Redis runs out of the engine tree, and there is none here")
    folder = tempfile.mkdtemp(prefix="redis-")  # a socket's path may hold 107 bytes
    path = f"{folder}/redis.sock"
    command = [
        *services.redis_server(tree),
        "--port",
        "0",
        "--unixsocket",
        path,
        "--save",
        "",
        "--dir",
        folder,
    ]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as server:
        url = f"unix://{path}?db=0"
        while not _answers(url):
            assert server.poll() is None
            time.sleep(0.01)
        yield url
        server.terminate()
    shutil.rmtree(folder, ignore_errors=True)


def _answers(url: str) -> bool:
    """Whether Redis serves there: its socket's file appears before it listens."""
    with redis.Redis.from_url(url, retry=Retry(NoBackoff(), 0)) as client:
        try:
            return bool(client.ping())
        except redis.ConnectionError:
            return False


@pytest.fixture
def live_redis(_redis_server: str, settings: Settings) -> Iterator[str]:
    """A real Redis, empty."""
    settings.REDIS_URL = _redis_server
    with redis.Redis.from_url(_redis_server) as client:
        client.flushall()
    yield _redis_server
    events._client(_redis_server).close()


class _Supervisor(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        for line in self.rfile:
            verb = json.loads(line)["verb"]
            answer: dict[str, Any] = {"ok": True}
            answer |= {"slots": []} if verb == "status" else {}
            self.wfile.write(json.dumps(answer).encode() + b"\n")


@pytest.fixture
def open_labs(settings: Settings, db: None) -> Iterator[None]:
    """A supervisor that answers, and attacks that were contained: labs are open."""
    gate.store({"fingerprint": "test", "total": 1, "contained": 1}, whole=False)
    with tempfile.TemporaryDirectory(prefix="sup-") as folder:
        settings.VAR = Path(folder)
        settings.SANDBOX_SOCKET = Path(folder) / "control.sock"
        with socketserver.ThreadingUnixStreamServer(str(settings.SANDBOX_SOCKET), _Supervisor) as server:
            server.daemon_threads = True
            thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
            thread.start()
            yield
            server.shutdown()
            thread.join()


@pytest.fixture
def lab(monkeypatch: pytest.MonkeyPatch) -> Lab:
    """The catalogue, with one lab built by hand."""
    made = factories.lab()
    monkeypatch.setattr(specs, "catalogue", lambda: {made.slug: made})
    return made


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Where no engine runs, the rest is tested; what was left out is said loudly at the end."""
    there, trial = engine.is_there(), bool(os.environ.get("SLIPWAY_TRIAL"))
    for item in items:
        if item.get_closest_marker("engine") and not there:
            item.add_marker(pytest.mark.skip(reason=engine.LEFT_OUT))
        if item.get_closest_marker("browser") and not trial:
            item.add_marker(pytest.mark.skip(reason="left out: the platform does not run; use `make test`"))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    left_out = [r for r in terminalreporter.stats.get("skipped", []) if "left out:" in str(r.longrepr)]
    if left_out:
        terminalreporter.write_line(
            f"{len(left_out)} TESTS WERE LEFT OUT: {left_out[0].longrepr[2]}", red=True, bold=True
        )


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """`.ci/run` sets SLIPWAY_REQUIRE_ENGINE: leaving any test out is then a failure."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    skipped = reporter.stats.get("skipped", []) if reporter else []
    if os.environ.get("SLIPWAY_REQUIRE_ENGINE") and any("left out:" in str(r.longrepr) for r in skipped):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
