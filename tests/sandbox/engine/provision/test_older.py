"""A point release takes the updates in: the archive has one version of a package, and the stock still has two."""

from __future__ import annotations

import gzip
import shutil
import subprocess
from pathlib import Path

import pytest

from sandbox.engine.provision.older import complete, field, version_before

pytestmark = pytest.mark.skipif(not shutil.which("dpkg-deb"), reason="this machine has no dpkg-deb")
CHANGELOG = """tiny (2.0-1+deb12u2) bookworm; urgency=medium

  * no hole at all

 -- Somebody <a@example.org>  Mon, 01 Jan 2026 00:00:00 +0000

tiny (2.0-1+deb12u1) bookworm-security; urgency=high

  * CVE-2026-0002

 -- Somebody <a@example.org>  Mon, 01 Jan 2026 00:00:00 +0000

tiny (2.0-1) unstable; urgency=medium

  * CVE-2020-0001

 -- Somebody <a@example.org>  Mon, 01 Jan 2023 00:00:00 +0000
"""


def package(folder: Path, version: str, changelog: str = CHANGELOG) -> Path:
    root = folder / "root"
    (root / "DEBIAN").mkdir(parents=True)
    depends = "Depends: tiny-data (= 2.0-1+deb12u2), libc6 (>= 2.34)\n"
    control = f"Package: tiny\nVersion: {version}\nArchitecture: all\n{depends}Maintainer: a <a@b>\nDescription: a\n"
    (root / "DEBIAN" / "control").write_text(control)
    (root / "usr/share/doc/tiny").mkdir(parents=True)
    (root / "usr/share/doc/tiny/changelog.Debian.gz").write_bytes(gzip.compress(changelog.encode()))
    deb = folder / f"tiny_{version}_all.deb"
    subprocess.run(["dpkg-deb", "--root-owner-group", "--build", root, deb], check=True, capture_output=True)
    shutil.rmtree(root)
    return deb


def test_the_version_before_the_last_update_with_a_hole_is_named() -> None:
    assert version_before(CHANGELOG, "2.0-1+deb12u2") == "2.0-1"
    assert version_before(CHANGELOG, "2.0-1") is None
    assert version_before("", "2.0-1") is None


def test_after_a_point_release_the_newest_stands_in_for_the_older(tmp_path: Path) -> None:
    package(tmp_path, "2.0-1+deb12u2")
    assert complete(tmp_path, ["tiny", "tiny-data"]) == ["tiny"]
    made = tmp_path / "tiny_2.0-1_all.deb"
    assert field(made, "Version") == "2.0-1"
    assert field(made, "Depends") == "tiny-data, libc6 (>= 2.34)"


def test_where_the_archive_has_both_nothing_is_made(tmp_path: Path) -> None:
    package(tmp_path, "2.0-1+deb12u2")
    package(tmp_path, "2.0-1")
    assert complete(tmp_path, ["tiny"]) == []


def test_a_package_without_a_hole_gets_no_other_version(tmp_path: Path) -> None:
    package(tmp_path, "2.0-1", "tiny (2.0-1) unstable; urgency=low\n\n  * new\n\n -- A <a@b>  Mon\n")
    assert complete(tmp_path, ["tiny"]) == []
