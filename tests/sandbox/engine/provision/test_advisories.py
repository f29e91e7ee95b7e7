from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from sandbox.engine.paths import Layout
from sandbox.engine.provision import advisories
from sandbox.engine.provision.parts import PartFailed

CHANGELOG = """openssl (3.0.22-1~deb12u1) bookworm-security; urgency=high

  * CVE-2026-0002 (first), CVE-2026-0001 and CVE-2026-0001 again

 -- Somebody <a@example.org>  Mon, 01 Jan 2026 00:00:00 +0000

openssl (3.0.9-1) unstable; urgency=medium

  * CVE-2020-0001 was never in the stable release

 -- Somebody <a@example.org>  Mon, 01 Jan 2023 00:00:00 +0000
"""


def test_entries_of_stable_updates_say_what_they_close(monkeypatch: pytest.MonkeyPatch, place: Layout) -> None:
    (place.packages / "debian").mkdir(parents=True)
    (place.packages / "debian" / "libssl3_3.deb").touch()
    monkeypatch.setattr(advisories, "_source", lambda file: ("openssl", "3.0.22-1~deb12u1"))
    monkeypatch.setattr(advisories, "changelog", lambda file: CHANGELOG)
    assert list(advisories._debian(place)) == [("openssl", "3.0.22-1~deb12u1", ["CVE-2026-0001", "CVE-2026-0002"])]


def wheel(place: Layout, name: str, *bodies: str) -> None:
    (place.packages / "wheels").mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(place.packages / "wheels" / name, "w") as archive:
        for number, body in enumerate(bodies):
            archive.writestr(f"flask/{number}.py", body * 300)


def test_a_version_is_known_by_the_files_that_no_other_version_has(place: Layout) -> None:
    wheel(place, "Flask-2.2.4-py3-none-any.whl", "s", "o")
    wheel(place, "flask-2.2.5-py3-none-any.whl", "s", "n")
    wheel(place, "other-1.0-py3-none-any.whl", "x")
    found = advisories._vulnerable_files(place, [{"name": "flask"}])
    assert {version: len(files) for version, files in found["flask"].items()} == {"2.2.4": 1, "2.2.5": 1}
    assert "other" not in found


def test_what_is_shipped_can_be_read() -> None:
    assert {entry["name"] for entry in advisories._python(advisories.FILE)} >= {"requests", "urllib3", "flask"}


def test_a_slip_in_the_list_is_heard(tmp_path: Path) -> None:
    file = tmp_path / "advisories.toml"
    file.write_text('[[python]]\nname = "flask"\n')
    with pytest.raises(PartFailed, match="fixed"):
        advisories._python(file)
