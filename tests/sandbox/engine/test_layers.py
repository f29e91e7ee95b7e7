"""Layers as the engine stores them: directories, with whiteouts as character devices 0:0 and opaque marks."""

from __future__ import annotations

import hashlib
import os
import stat
from pathlib import Path

import pytest

from sandbox.engine import layers
from sandbox.engine.layers import Found, Query, TooMany, Weight, look, weigh

ROOT = pytest.mark.skipif(os.geteuid() != 0, reason="whiteouts and opaque marks need root")


class Layers:
    """Layers on disk, lowest first; paths as inside the image."""

    def __init__(self, top: Path, count: int) -> None:
        self.directories = [top / f"layer{n}" for n in range(count)]
        for directory in self.directories:
            directory.mkdir()

    def at(self, layer: int, path: str) -> Path:
        place = self.directories[layer] / path.lstrip("/")
        place.parent.mkdir(parents=True, exist_ok=True)
        return place

    def setuid(self, layer: int, path: str, body: str = "su") -> Path:
        place = self.at(layer, path)
        place.write_text(body)
        place.chmod(0o4755)
        return place

    def whiteout(self, layer: int, path: str) -> None:
        os.mknod(self.at(layer, path), stat.S_IFCHR, os.makedev(0, 0))

    def opaque(self, layer: int, path: str) -> None:
        place = self.at(layer, path)
        place.mkdir(exist_ok=True)
        try:
            os.setxattr(place, "trusted.overlay.opaque", b"y")
        except OSError:
            pytest.skip("this file system keeps no trusted attributes")

    def look(self, query: Query | None = None, shift: int = 0) -> list[Found]:
        return look(self.directories, query or Query(), shift)

    def visible(self) -> list[tuple[int, str]]:
        return [(found.layer, found.path) for found in self.look() if found.visible]


@pytest.fixture
def image(tmp_path: Path) -> Layers:
    return Layers(tmp_path, 3)


def test_a_set_user_id_file_is_found_with_its_bits_and_its_digest(image: Layers) -> None:
    image.setuid(0, "/usr/bin/su", "content")
    image.at(0, "/usr/bin/ls").write_text("content")
    (found,) = image.look()
    assert (found.layer, found.path, found.mode, found.size) == (0, "/usr/bin/su", 0o4755, 7)
    assert found.sha256 == hashlib.sha256(b"content").hexdigest()
    assert found.visible


def test_files_are_found_by_name_in_every_layer(image: Layers) -> None:
    image.at(0, "/lib/bottle.py").write_text("old")
    image.at(2, "/lib/bottle.py").write_text("new")
    found = image.look(Query(names=("/bottle.py", "/other.py")))
    assert [(entry.layer, entry.path, entry.visible, entry.sha256) for entry in found] == [
        (0, "/lib/bottle.py", False, ""),
        (2, "/lib/bottle.py", True, ""),
    ]


def test_files_are_found_by_content_under_any_name(image: Layers) -> None:
    image.at(0, "/renamed").write_text("app code")
    image.at(0, "/same-size").write_text("app c0de")
    known = hashlib.sha256(b"app code").hexdigest()
    assert [entry.path for entry in image.look(Query(contents={8: (known,)}))] == ["/renamed"]


@ROOT
def test_owners_are_those_inside_the_container(image: Layers) -> None:
    place = image.setuid(0, "/su")
    os.chown(place, 100_033, 100_000)
    place.chmod(0o4755)
    (found,) = image.look(shift=100_000)
    assert (found.uid, found.gid) == (33, 0)


def test_a_file_is_hidden_by_one_of_the_same_path_above(image: Layers) -> None:
    image.setuid(0, "/su")
    image.at(1, "/su").write_text("plain")
    assert image.visible() == []


@ROOT
def test_a_whiteout_hides_what_is_below_it_and_not_what_comes_after(image: Layers) -> None:
    image.setuid(0, "/a/su")
    image.setuid(0, "/b/su")
    image.whiteout(1, "/a/su")
    image.whiteout(1, "/b")
    image.setuid(2, "/a/su")
    assert image.visible() == [(2, "/a/su")]


@ROOT
def test_an_opaque_directory_hides_what_lower_layers_hold_in_it_and_not_its_own(image: Layers) -> None:
    image.setuid(0, "/opt/deep/old")
    image.setuid(0, "/optical")
    image.opaque(1, "/opt")
    image.setuid(1, "/opt/new")
    assert image.visible() == [(0, "/optical"), (1, "/opt/new")]


def test_a_directory_that_replaces_a_file_hides_it(image: Layers) -> None:
    image.setuid(0, "/su")
    image.at(1, "/su/inside").write_text("")
    assert image.visible() == []


@pytest.mark.parametrize("target", ["/nowhere", "/", "/etc"])
def test_a_link_that_replaces_a_directory_hides_what_it_held(image: Layers, target: str) -> None:
    image.setuid(0, "/app/bin/su")
    image.at(1, "/app").symlink_to(target)
    assert image.visible() == []


def test_links_are_never_followed(image: Layers, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    secret = outside / "secret"
    secret.write_text("app code")
    secret.chmod(0o4755)
    image.at(0, "/link").symlink_to(secret)
    image.at(0, "/folder").symlink_to(outside)
    image.at(0, "/loop").symlink_to("loop")
    known = hashlib.sha256(b"app code").hexdigest()
    found = image.look(Query(names=("/link", "/secret"), contents={8: (known,), len(str(secret)): (known,)}))
    assert [(entry.path, entry.sha256) for entry in found] == [("/link", "")]


def test_what_is_not_a_file_is_not_opened(image: Layers) -> None:
    os.mkfifo(image.at(0, "/pipe"))
    image.at(0, "/pipe").chmod(0o4755)
    assert image.look(Query(contents={0: ("x",)})) == []


def test_a_name_that_is_no_text_comes_back_whole(image: Layers) -> None:
    odd = os.fsencode(image.directories[0]) + b"/\xff\xfe"
    with open(odd, "wb"):
        pass
    os.chmod(odd, 0o4755)
    assert os.fsencode(image.look()[0].path) == b"/\xff\xfe"


def test_entries_are_bounded_over_all_layers(image: Layers, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(layers, "ENTRIES", 10)
    for number in range(4):
        for layer in range(3):
            image.at(layer, f"/{number}").write_text("")
    with pytest.raises(TooMany, match="more than 10 files"):
        image.look()


def test_bytes_to_hash_are_bounded(image: Layers, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(layers, "HASHED_BYTES", 10)
    image.setuid(0, "/a", "x" * 6)
    image.setuid(1, "/b", "x" * 6)
    with pytest.raises(TooMany, match="to compare"):
        image.look()


def test_answers_are_bounded(image: Layers, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(layers, "FOUND", 3)
    for number in range(4):
        image.setuid(0, f"/{number}", "")
    with pytest.raises(TooMany, match="more than 3 files"):
        image.look()


def test_depth_is_bounded_before_handles_run_out(image: Layers) -> None:
    handle = os.open(image.directories[0], os.O_RDONLY)
    for _ in range(layers.DEPTH + 20):
        os.mkdir("d", dir_fd=handle)
        below = os.open("d", os.O_RDONLY, dir_fd=handle)
        os.close(handle)
        handle = below
    os.close(handle)
    before = len(os.listdir("/proc/self/fd"))
    with pytest.raises(TooMany, match="deep"):
        image.look()
    assert len(os.listdir("/proc/self/fd")) == before


def test_a_layer_weighs_what_its_files_hold(image: Layers) -> None:
    image.at(0, "/a/one").write_text("1234")
    image.at(0, "/a/two").write_text("12")
    image.at(0, "/a/link").symlink_to("one")
    image.at(1, "/b").write_text("1")
    assert weigh(image.directories)[:2] == [Weight(3, 6, 0, 0), Weight(1, 1, 0, 0)]


def test_a_file_with_two_names_in_a_layer_counts_once(image: Layers) -> None:
    image.at(0, "/a").write_text("1234")
    image.at(0, "/b").hardlink_to(image.at(0, "/a"))
    assert weigh(image.directories)[0] == Weight(1, 4, 0, 0)


@ROOT
def test_what_layers_above_remove_or_replace_is_hidden(image: Layers) -> None:
    image.at(0, "/gone/deep/a").write_text("1234")
    image.at(0, "/changed").write_text("12")
    image.at(0, "/stays").write_text("1")
    image.whiteout(1, "/gone")
    image.at(1, "/changed").write_text("123")
    below, above = weigh(image.directories)[:2]
    assert (below, above) == (Weight(3, 7, 2, 6), Weight(1, 3, 0, 0))


def test_entries_are_bounded_when_layers_are_weighed(image: Layers, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(layers, "ENTRIES", 2)
    for name in "abc":
        image.at(0, f"/{name}").touch()
    with pytest.raises(TooMany):
        weigh(image.directories)
