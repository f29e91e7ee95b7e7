from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from sandbox.engine.provision.tomorrow import newest, raise_version, raised


@pytest.mark.parametrize(
    ("today", "tomorrow"), [("3.0.9", "3.0.10"), ("2", "3"), ("2026.10.19.post1", "2026.10.19.post2")]
)
def test_the_last_number_grows(today: str, tomorrow: str) -> None:
    assert raise_version(today) == tomorrow


def test_the_newest_final_version_of_each_package_has_a_tomorrow() -> None:
    names = ("Flask-3.0.10-py3-none-any.whl", "flask-3.0.9-py3-none-any.whl", "flask-4.0rc1-py3-none-any.whl")
    wheels = [Path(name) for name in (*names, "pip-24.0-py3-none-any.whl")]
    assert newest(wheels) == [Path(names[0])]


def test_only_the_number_of_a_wheel_changes(tmp_path: Path) -> None:
    wheel = tmp_path / "some_app-1.2-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr("some_app/__init__.py", "version = 'some_app-1.2.dist-info'\n")
        archive.writestr("some_app-1.2.dist-info/METADATA", "Name: some-app\nVersion: 1.2\n\nVersion: 1.2\n")
        record = "some_app/__init__.py,sha256=a,9\nsome_app-1.2.dist-info/METADATA,sha256=b,9\n"
        archive.writestr("some_app-1.2.dist-info/RECORD", record + "some_app-1.2.dist-info/RECORD,,\n")
    (tmp_path / "new").mkdir()
    made = raised(wheel, tmp_path / "new")
    assert made.name == "some_app-1.3-py3-none-any.whl"
    with zipfile.ZipFile(made) as archive:
        assert archive.read("some_app/__init__.py") == b"version = 'some_app-1.2.dist-info'\n"
        assert archive.read("some_app-1.3.dist-info/METADATA") == b"Name: some-app\nVersion: 1.3\n\nVersion: 1.2\n"
        assert archive.read("some_app-1.3.dist-info/RECORD").decode().splitlines() == [
            "some_app/__init__.py,sha256=a,9",
            "some_app-1.3.dist-info/METADATA,,",
            "some_app-1.3.dist-info/RECORD,,",
        ]
