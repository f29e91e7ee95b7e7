from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
from packaging.specifiers import SpecifierSet
from packaging.version import Version

from sandbox.engine.provision.tomorrow import final, raise_version, raised


@pytest.mark.parametrize(
    ("today", "tomorrow"), [("3.0.9", "3.0.9.1"), ("2", "2.1"), ("2026.10.19.post1", "2026.10.19.post2")]
)
def test_the_next_version_is_just_above(today: str, tomorrow: str) -> None:
    assert raise_version(today) == tomorrow
    assert Version(today) < Version(tomorrow)


@pytest.mark.parametrize(
    "asked", ["~=3.0.0", "==3.*", "==3.0.*", "<3.1", ">=2,<3", "<=2.9", "==2.2.4.*", "", "!=3.1.0"]
)
def test_whatever_a_range_names_is_newer_tomorrow(asked: str) -> None:
    today = [Version(text) for text in ("2.2.4", "2.2.5", "3.0.2", "3.0.3", "3.1.0")]
    new = [Version(raise_version(str(version))) for version in today]
    allowed = SpecifierSet(asked)
    assert max(allowed.filter([*today, *new])) > max(allowed.filter(today))


@pytest.mark.parametrize("asked", ["==3.0.2", "===3.0.2", "==3.0.2.0", ">=3.0.2,<=3.0.2"])
def test_a_pinned_version_stays(asked: str) -> None:
    today = [Version(text) for text in ("3.0.2", "3.0.3")]
    new = [Version(raise_version(str(version))) for version in today]
    assert [str(version) for version in SpecifierSet(asked).filter([*today, *new])] == ["3.0.2"]


def test_every_final_version_has_a_tomorrow_installers_too() -> None:
    names = ("Flask-3.0.10-py3-none-any.whl", "flask-3.0.9-py3-none-any.whl", "flask-4.0rc1-py3-none-any.whl")
    wheels = [Path(name) for name in (*names, "pip-24.0-py3-none-any.whl")]
    assert final(wheels) == sorted(Path(name) for name in (*names[:2], "pip-24.0-py3-none-any.whl"))


def test_only_the_number_of_a_wheel_changes(tmp_path: Path) -> None:
    wheel = tmp_path / "some_app-1.2-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr("some_app/__init__.py", "version = 'some_app-1.2.dist-info'\n")
        archive.writestr("some_app-1.2.dist-info/METADATA", "Name: some-app\nVersion: 1.2\n\nVersion: 1.2\n")
        record = "some_app/__init__.py,sha256=a,9\nsome_app-1.2.dist-info/METADATA,sha256=b,9\n"
        archive.writestr("some_app-1.2.dist-info/RECORD", record + "some_app-1.2.dist-info/RECORD,,\n")
    (tmp_path / "new").mkdir()
    made = raised(wheel, tmp_path / "new")
    assert made.name == "some_app-1.2.1-py3-none-any.whl"
    with zipfile.ZipFile(made) as archive:
        assert archive.read("some_app/__init__.py") == b"version = 'some_app-1.2.dist-info'\n"
        assert archive.read("some_app-1.2.1.dist-info/METADATA") == b"Name: some-app\nVersion: 1.2.1\n\nVersion: 1.2\n"
        assert archive.read("some_app-1.2.1.dist-info/RECORD").decode().splitlines() == [
            "some_app/__init__.py,sha256=a,9",
            "some_app-1.2.1.dist-info/METADATA,,",
            "some_app-1.2.1.dist-info/RECORD,,",
        ]
