from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from sandbox.engine import inventory
from sandbox.engine.inventory import Listed, read
from sandbox.engine.layers import TooMany

STATUS = """Package: libssl3
Status: install ok installed
Source: openssl
Version: 3.0.20-1~deb12u2

Package: gone
Status: deinstall ok config-files
Version: 1

Package: libacl1
Status: install ok installed
Source: acl (2.3.1-3)
Version: 2.3.1-3+b1
"""
ROOT = pytest.mark.skipif(os.geteuid() != 0, reason="whiteouts need root")


@pytest.fixture
def layers(tmp_path: Path) -> list[Path]:
    found = [tmp_path / f"layer{n}" for n in range(2)]
    for layer in found:
        layer.mkdir()
    return found


def put(layer: Path, path: str, text: str = "") -> Path:
    place = layer / path.lstrip("/")
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(text)
    return place


def named(found: list[Listed]) -> list[tuple[str, str, str]]:
    return [(entry.kind, entry.name, entry.version) for entry in found]


def test_dpkg_s_list_gives_source_and_version_and_not_what_was_removed(layers: list[Path]) -> None:
    put(layers[0], "/var/lib/dpkg/status", STATUS)
    assert [(e.name, e.source, e.version, e.visible) for e in read(layers)] == [
        ("libacl1", "acl", "2.3.1-3", True),
        ("libssl3", "openssl", "3.0.20-1~deb12u2", True),
    ]


@ROOT
def test_a_list_that_a_layer_above_removes_still_counts(layers: list[Path]) -> None:
    put(layers[0], "/var/lib/dpkg/status", STATUS)
    (layers[1] / "var/lib").mkdir(parents=True)
    os.mknod(layers[1] / "var/lib/dpkg", stat.S_IFCHR, os.makedev(0, 0))
    assert [(e.name, e.visible) for e in read(layers)] == [("libacl1", False), ("libssl3", False)]


def test_distroless_records_are_read(layers: list[Path]) -> None:
    put(layers[0], "/var/lib/dpkg/status.d/tzdata", "Package: tzdata\nVersion: 2026a-0\n")
    put(layers[0], "/var/lib/dpkg/status.d/tzdata.md5sums", "Package: none\n")
    assert named(read(layers)) == [("deb", "tzdata", "2026a-0")]


def test_apk_s_list_and_python_s_distributions_are_read(layers: list[Path]) -> None:
    put(layers[0], "/lib/apk/db/installed", "P:musl\nV:1.2.5-r0\no:musl\n\nP:busybox\nV:1.36\n")
    put(layers[1], "/opt/venv/lib/python3.11/site-packages/Flask-2.2.4.dist-info/METADATA")
    assert named(read(layers)) == [
        ("apk", "busybox", "1.36"),
        ("apk", "musl", "1.2.5-r0"),
        ("python", "Flask", "2.2.4"),
    ]


def test_a_link_is_not_followed(layers: list[Path], tmp_path: Path) -> None:
    put(tmp_path, "elsewhere", STATUS)
    (layers[0] / "var/lib/dpkg").mkdir(parents=True)
    (layers[0] / "var/lib/dpkg/status").symlink_to(tmp_path / "elsewhere")
    assert read(layers) == []


def test_bytes_that_are_no_text_break_nothing(layers: list[Path]) -> None:
    put(layers[0], "/var/lib/dpkg/status").write_bytes(b"Package: \xff\nVersion: \x00\n\n" + b"Source: (\n" * 9)
    assert len(read(layers)) == 1


def test_a_list_is_bounded(layers: list[Path], monkeypatch: pytest.MonkeyPatch) -> None:
    put(layers[0], "/var/lib/dpkg/status", STATUS)
    monkeypatch.setattr(inventory, "DATABASE_BYTES", 10)
    with pytest.raises(TooMany):
        read(layers)


def test_packages_are_bounded(layers: list[Path], monkeypatch: pytest.MonkeyPatch) -> None:
    put(layers[0], "/var/lib/dpkg/status", STATUS)
    monkeypatch.setattr(inventory, "PACKAGES", 0)
    with pytest.raises(TooMany):
        read(layers)
