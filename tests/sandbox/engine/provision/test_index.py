from __future__ import annotations

import gzip
import hashlib
import re
import shutil
import subprocess
import zipfile
from html.parser import HTMLParser
from pathlib import Path

import pytest

from sandbox.engine.paths import Layout
from sandbox.engine.provision import index


class Links(HTMLParser):
    def __init__(self, page: Path) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(page.read_text())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [value or "" for name, value in attrs if tag == "a" and name == "href"]


def wheels(place: Layout, *names: str) -> Path:
    folder = place.packages / "wheels"
    folder.mkdir(parents=True)
    for name in names:
        (folder / name).write_bytes(name.encode())
    return folder


def test_pages_are_a_simple_index(place: Layout, tmp_path: Path) -> None:
    names = ("Flask-3.0.3-py3-none-any.whl", "flask-2.0-py3-none-any.whl", "typing_extensions-4.1-py3-none-any.whl")
    pages = tmp_path / "simple"
    pages.mkdir()
    index._write_pages(sorted(wheels(place, *names).glob("*.whl")), pages)
    assert Links(pages / "index.html").found == ["/simple/flask/", "/simple/typing-extensions/"]
    digest = hashlib.sha256(names[2].encode()).hexdigest()
    assert Links(pages / "typing-extensions" / "index.html").found == [f"/wheels/{names[2]}#sha256={digest}"]
    assert len(Links(pages / "flask" / "index.html").found) == 2


@pytest.mark.parametrize("name", ["Flask-SQLAlchemy", "flask.sqlalchemy", "flask__sqlalchemy", "FLASK-._SQLALCHEMY"])
def test_names_are_compared_in_their_normal_form(name: str) -> None:
    assert index._normal(name) == "flask-sqlalchemy"


def test_each_run_of_the_resolver_holds_one_version_of_a_package() -> None:
    asked = ("bottle==0.13.2", "flask==3.0.3", "bottle==0.13.4", "bottle==0.12")
    assert index._compatible(asked) == [["bottle==0.13.2", "flask==3.0.3"], ["bottle==0.13.4"], ["bottle==0.12"]]


def test_the_release_file_holds_size_and_digest_of_both_indexes(tmp_path: Path) -> None:
    (tmp_path / "Packages").write_text("Package: curl\n")
    (tmp_path / "Packages.gz").write_bytes(gzip.compress(b"Package: curl\n"))
    lines = index._release(tmp_path).splitlines()
    assert re.fullmatch(r"Date: \w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT", lines[0])
    for line, name in zip(lines[2:], ("Packages", "Packages.gz"), strict=True):
        body = (tmp_path / name).read_bytes()
        assert line == f" {hashlib.sha256(body).hexdigest()} {len(body)} {name}"


@pytest.mark.skipif(not shutil.which("dpkg-deb"), reason="this machine has no dpkg-deb")
def test_a_package_is_indexed_with_what_apt_verifies(tmp_path: Path) -> None:
    control = tmp_path / "root" / "DEBIAN"
    control.mkdir(parents=True, mode=0o755)
    fields = "Package: tiny\nVersion: 1:2.0-1\nArchitecture: all\nMaintainer: a <a@b>\nDescription: tiny\n more of it\n"
    (control / "control").write_text(fields)
    (tmp_path / "root" / "tiny").write_text("x")
    deb = tmp_path / "tiny_1-2.0-1_all.deb"
    subprocess.run(
        ["dpkg-deb", "--root-owner-group", "--build", tmp_path / "root", deb], check=True, capture_output=True
    )
    stanza = index._debian_index(tmp_path)
    assert stanza.startswith("Package: tiny\n")
    assert "\n\n" not in stanza.rstrip("\n")
    assert f"Filename: ./{deb.name}\nSize: {deb.stat().st_size}\n" in stanza
    assert f"SHA256: {hashlib.sha256(deb.read_bytes()).hexdigest()}\n" in stanza


def test_the_stock_lists_every_version(place: Layout) -> None:
    wheels(place, "flask-3.0.3-py3-none-any.whl", "Flask-2.0-py3-none-any.whl")
    (place.packages / "debian").mkdir()
    text = "Package: curl\nVersion: 7.88\nDescription: Version: 9\n\nPackage: tini\nVersion: 0.19\n"
    (place.packages / "debian" / "Packages").write_text(text)
    assert index.stock(place) == {
        "deb": {"curl": ["7.88"], "tini": ["0.19"]},
        "pip": {"flask": ["2.0", "3.0.3"]},
    }


def test_a_module_is_known_by_the_content_of_every_version(place: Layout) -> None:
    folder = place.packages / "wheels"
    folder.mkdir(parents=True, exist_ok=True)
    for version, body in (("1.0", b"one = 1\n"), ("1.1", b"two = 2\n")):
        with zipfile.ZipFile(folder / f"tiny-{version}-py3-none-any.whl", "w") as archive:
            archive.writestr("tiny.py", body)
            archive.writestr("other/__init__.py", b"")
            archive.writestr("other/inner.py", body)
    known = {(8, hashlib.sha256(body).hexdigest()) for body in (b"one = 1\n", b"two = 2\n")}
    assert index.modules(folder.glob("*.whl")) == {"tiny": sorted(known)}
