from __future__ import annotations

import os
import sys
from collections.abc import Iterator

import pytest

from sandbox.engine import entry


@pytest.fixture
def strict_umask() -> Iterator[None]:
    before = os.umask(0o077)
    yield
    os.umask(before)


def umask() -> int:
    now = os.umask(0)
    os.umask(now)
    return now


@pytest.mark.usefixtures("strict_umask")
def test_what_root_makes_can_be_read_by_the_services(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    entry.begin()
    assert umask() == 0o022


@pytest.mark.usefixtures("strict_umask")
def test_other_users_keep_their_umask(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    entry.begin()
    assert umask() == 0o077


def test_an_old_python_ends_with_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 10, 12, "final", 0))
    with pytest.raises(SystemExit) as ended:
        entry.begin()
    assert str(ended.value.code).startswith("Slipway needs Python 3.11 or newer; found 3.10. ")
    assert "make run PYTHON=python3.11" in str(ended.value.code)
