from __future__ import annotations

import stat
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from config import env


@pytest.mark.parametrize(("value", "meant"), [("1", True), ("TRUE", True), ("yes", True), ("0", False), ("No", False)])
def test_a_flag_is_read(monkeypatch: pytest.MonkeyPatch, value: str, meant: bool) -> None:
    monkeypatch.setenv("FLAG", value)
    assert env.flag("FLAG", default=not meant) is meant


@pytest.mark.parametrize("default", [True, False])
def test_a_flag_that_is_not_set_is_its_default(monkeypatch: pytest.MonkeyPatch, default: bool) -> None:
    monkeypatch.delenv("FLAG", raising=False)
    assert env.flag("FLAG", default=default) is default


@pytest.mark.parametrize("value", ["on", "2", "enabled", "-1", " 1"])
def test_nonsense_in_a_flag_stops_the_start(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("FLAG", value)
    with pytest.raises(ImproperlyConfigured, match="FLAG"):
        env.flag("FLAG", default=False)


@pytest.mark.parametrize("value", ["two", "-1", "1.5", "4"])
def test_nonsense_in_a_number_stops_the_start(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("NUMBER", value)
    with pytest.raises(ImproperlyConfigured, match="NUMBER"):
        env.number("NUMBER", 9, least=5)


def test_a_secret_of_our_own_is_made_once_and_for_its_owner_alone(tmp_path: Path) -> None:
    place = tmp_path / "var" / "secret_key"
    first = env.secret("NO_SUCH_SECRET", place)
    assert len(first) >= 50
    assert env.secret("NO_SUCH_SECRET", place) == first
    assert stat.S_IMODE(place.stat().st_mode) == 0o600


def test_a_secret_may_be_in_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "named").write_text("from the file\n")
    monkeypatch.setenv("SOME_SECRET_FILE", str(tmp_path / "named"))
    assert env.secret("SOME_SECRET", tmp_path / "own") == "from the file"


def test_a_secrets_file_that_is_missing_stops_the_start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOME_SECRET_FILE", str(tmp_path / "missing"))
    with pytest.raises(ImproperlyConfigured, match="SOME_SECRET"):
        env.secret("SOME_SECRET", tmp_path / "own")
