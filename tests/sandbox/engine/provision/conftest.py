from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from sandbox.engine.paths import Layout
from tests.sandbox.engine.provision import registries
from tests.sandbox.engine.provision.registries import Small


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every registry of these tests is on this machine."""
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


@pytest.fixture
def registry() -> Iterator[Small]:
    with registries.small() as made:
        yield made


@pytest.fixture
def place(tmp_path: Path) -> Layout:
    """An installation with nothing made yet."""
    made = Layout(tmp_path / "var")
    made.images.mkdir(parents=True)
    return made
