from __future__ import annotations

import base64
import gzip
import os
import stat
import tarfile
from pathlib import Path

import pytest

from sandbox.engine import needles
from sandbox.engine.layers import TooMany
from sandbox.engine.needles import Place, search

NEEDLE = b"canary-0123456789"


@pytest.fixture
def layers(tmp_path: Path) -> list[Path]:
    made = [tmp_path / "below", tmp_path / "above"]
    for directory in made:
        directory.mkdir()
    return made


def test_a_text_is_found_wherever_it_stands(layers: list[Path]) -> None:
    (layers[0] / "deep").mkdir()
    (layers[0] / "deep/a").write_bytes(b"\0" + NEEDLE + b"\0")
    (layers[1] / "b").write_bytes(NEEDLE)
    (layers[1] / "c").write_bytes(NEEDLE[:-1])
    assert search(layers, NEEDLE) == [Place(0, "/deep/a", True), Place(1, "/b", True)]


def test_a_text_between_two_pieces_is_found(layers: list[Path], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(needles, "PIECE", 10)
    for before in range(12):
        (layers[0] / f"{before:02}").write_bytes(b"x" * before + NEEDLE + b"y" * 30)
    assert len(search(layers, NEEDLE)) == 12


@pytest.mark.parametrize("before", range(4))
def test_an_encoded_text_is_found(layers: list[Path], before: int) -> None:
    whole = b"x" * before + NEEDLE + b"yz"
    encoded = [whole.hex(), whole.hex().upper(), base64.b64encode(whole).decode()]
    for number, text in enumerate(encoded):
        (layers[0] / str(number)).write_text(text)
        (layers[1] / str(number)).write_text("\n".join(text[at : at + 9] for at in range(0, len(text), 9)))
    assert len(search(layers, NEEDLE)) == 6


def test_another_text_is_not_found_however_it_is_encoded(layers: list[Path]) -> None:
    other = NEEDLE[:-1] + b"!"
    (layers[0] / "a").write_bytes(other + b"\n" + base64.b64encode(other) + b"\n" + other.hex().encode())
    (layers[0] / "b").write_bytes(gzip.compress(other))
    assert search(layers, NEEDLE) == []


def test_what_gzip_has_packed_is_looked_into(layers: list[Path]) -> None:
    with tarfile.open(layers[0] / "backup.tgz", "w:gz") as archive:
        archive.addfile(tarfile.TarInfo("empty"))
    with (layers[0] / "backup.tgz").open("ab") as stream:
        stream.write(gzip.compress(b"x" * 100_000 + NEEDLE))
    (layers[1] / "cut").write_bytes(gzip.compress(os.urandom(3000) + NEEDLE)[:-40])
    (layers[1] / "no-archive").write_bytes(b"\x1f\x8bno archive")
    assert search(layers, NEEDLE) == [Place(0, "/backup.tgz", True)]


def test_what_is_unpacked_is_bounded(layers: list[Path], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(needles, "PIECE", 1000)
    monkeypatch.setattr(needles, "UNPACKED_BYTES", 100_000)
    (layers[1] / "bomb").write_bytes(gzip.compress(bytes(1_000_000) + NEEDLE))
    (layers[0] / "packed").write_bytes(gzip.compress(NEEDLE))
    (layers[0] / "plain").write_bytes(NEEDLE)
    assert [place.path for place in search(layers, NEEDLE)] == ["/plain"]


def test_links_lead_nowhere(layers: list[Path], tmp_path: Path) -> None:
    (tmp_path / "outside").write_bytes(NEEDLE)
    (layers[0] / "link").symlink_to(tmp_path / "outside")
    os.mkfifo(layers[0] / "pipe")
    assert search(layers, NEEDLE) == []


@pytest.mark.skipif(os.geteuid() != 0, reason="whiteouts need root")
def test_a_removed_file_is_found_and_not_visible(layers: list[Path]) -> None:
    (layers[0] / "gone").write_bytes(NEEDLE)
    os.mknod(layers[1] / "gone", stat.S_IFCHR, os.makedev(0, 0))
    assert search(layers, NEEDLE) == [Place(0, "/gone", False)]


def test_what_is_read_is_bounded(layers: list[Path], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(needles, "READ_BYTES", 5)
    (layers[0] / "a").write_bytes(b"123456")
    with pytest.raises(TooMany):
        search(layers, NEEDLE)
