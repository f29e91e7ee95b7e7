from __future__ import annotations

import base64
import bz2
import gzip
import io
import lzma
import os
import stat
import tarfile
import time
import zipfile
from pathlib import Path
from typing import Any

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


PLAIN = b"x" * 5000 + NEEDLE
# Names, because packed bytes hold the time and differ from worker to worker.
CLOTHES = [
    "bz2",
    "xz",
    "lzma",
    "tar.xz",
    "tar.gz",
    "zip",
    "zip-bzip2",
    "zipapp",
    "xz-in-zip",
    "zip-in-gzip",
    "base64-gzip",
    "base64-zip",
    "utf-16",
]


def zipped(name: str, body: bytes, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", method) as archive:
        archive.writestr("first", b"a" * 1000)
        archive.writestr(name, body)
    return made.getvalue()


def tarred(body: bytes) -> bytes:
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w") as archive:
        entry = tarfile.TarInfo("deploy.env")
        entry.size = len(body)
        archive.addfile(entry, io.BytesIO(body))
    return made.getvalue()


@pytest.mark.parametrize(
    "body",
    [
        bz2.compress(PLAIN),
        lzma.compress(PLAIN),
        lzma.compress(PLAIN, format=lzma.FORMAT_ALONE),
        lzma.compress(tarred(PLAIN), preset=9),
        gzip.compress(tarred(PLAIN)),
        zipped("deploy.env", PLAIN),
        zipped("deploy.env", PLAIN, zipfile.ZIP_BZIP2),
        b"#!/usr/bin/env python3\n" + zipped("__main__.py", PLAIN),
        zipped("inner.tar.xz", lzma.compress(tarred(PLAIN))),
        gzip.compress(zipped("a", PLAIN)),
        b"PAYLOAD=" + base64.b64encode(gzip.compress(PLAIN)),
        b"PAYLOAD=" + base64.urlsafe_b64encode(zipped("a", PLAIN)),
        PLAIN.decode().encode("utf-16-le"),
    ],
    ids=CLOTHES,
)
def test_a_text_is_found_in_other_clothes(layers: list[Path], body: bytes) -> None:
    (layers[0] / "file").write_bytes(body)
    assert search(layers, NEEDLE) == [Place(0, "/file", True)]


@pytest.mark.parametrize(
    "body",
    [zipped("a", b"other"), lzma.compress(b"other"), b"PK\x03\x04" * 50, b"\xfd7zXZ\x00x"],
    ids=["zip", "xz", "headers", "no-xz"],
)
def test_what_is_packed_and_holds_something_else_is_not_found(layers: list[Path], body: bytes) -> None:
    (layers[0] / "file").write_bytes(body)
    assert search(layers, NEEDLE) == []


def test_names_of_files_folders_and_links_count(layers: list[Path]) -> None:
    name = NEEDLE.decode()
    (layers[0] / f"a-{name}").touch()
    (layers[0] / base64.b64encode(b"k=" + NEEDLE).decode().rstrip("=")).mkdir()
    (layers[0] / "link").symlink_to(f"/run/{name}")
    assert len(search(layers, NEEDLE)) == 3


@pytest.mark.parametrize(
    "config",
    [
        {"config": {"Env": [f"TOKEN={NEEDLE.decode()}"]}},
        {"config": {"Env": ["TOKEN=" + base64.b64encode(NEEDLE).decode()]}},
        {"config": {"Labels": {"token": NEEDLE.hex()}}},
        {"config": {"Labels": {NEEDLE.decode(): ""}}},
        {"history": [{"created_by": f"|1 TOKEN={NEEDLE.decode()} /bin/sh -c make"}]},
        {"config": {"Cmd": ["sh", "-c", base64.b64encode(gzip.compress(NEEDLE)).decode()]}},
    ],
    ids=["environment", "environment-base64", "label-hex", "label-name", "build-argument", "command-gzip"],
)
def test_a_text_in_the_configuration_is_found(config: dict[str, Any]) -> None:
    assert needles.in_configuration(config, NEEDLE)


def test_another_configuration_holds_nothing() -> None:
    assert not needles.in_configuration({"config": {"Env": ["A=b"], "Labels": None}, "n": [1, None]}, NEEDLE)


def test_a_bomb_in_an_archive_is_bounded(layers: list[Path], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(needles, "UNPACKED_BYTES", 1_000_000)
    (layers[0] / "bomb.xz").write_bytes(lzma.compress(gzip.compress(bytes(200_000_000))))
    begun = time.process_time()
    assert search(layers, NEEDLE) == []
    assert time.process_time() - begun < 30
