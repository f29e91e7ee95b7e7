from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from sandbox.engine import userfiles


@pytest.fixture
def layers(tmp_path: Path) -> list[Path]:
    """Two layers; the lower one has both files as Debian has them."""
    lower, upper = tmp_path / "lower", tmp_path / "upper"
    for layer in (lower, upper):
        (layer / "etc").mkdir(parents=True)
    for name in userfiles.FILES:
        (lower / "etc" / name).write_text("root:x:0:\n")
    return [lower, upper]


def test_plain_files_are_fine(layers: list[Path]) -> None:
    assert userfiles.odd(layers) == ""


def test_an_image_without_users_is_fine(tmp_path: Path) -> None:
    assert userfiles.odd([tmp_path]) == ""


ODD: dict[str, Callable[[Path], object]] = {
    "a pipe": os.mkfifo,
    "a link": lambda path: path.symlink_to("/dev/zero"),
    "a folder": lambda path: path.mkdir(),
    "megabytes": lambda path: path.write_bytes(b"x" * (userfiles.BYTES + 1)),
}


@pytest.mark.parametrize("kind", ODD)
@pytest.mark.parametrize("name", userfiles.FILES)
def test_anything_else_in_their_place_is_named(layers: list[Path], kind: str, name: str) -> None:
    ODD[kind](layers[1] / "etc" / name)
    assert userfiles.odd(layers) == f"/etc/{name}"


def test_what_a_layer_above_replaced_does_not_matter(layers: list[Path]) -> None:
    (layers[0] / "etc/passwd").write_bytes(b"x" * (userfiles.BYTES + 1))
    (layers[1] / "etc/passwd").write_text("app:x:1000:\n")
    assert userfiles.odd(layers) == ""


def test_a_folder_that_became_a_link_is_named(layers: list[Path]) -> None:
    (layers[1] / "etc").rmdir()
    (layers[1] / "etc").symlink_to("elsewhere")
    assert userfiles.odd(layers) == "/etc"


def test_a_removed_file_is_fine(layers: list[Path]) -> None:
    (layers[0] / "etc/passwd").write_bytes(b"x" * (userfiles.BYTES + 1))
    os.mknod(layers[1] / "etc/passwd", 0o020000, 0)
    assert userfiles.odd(layers) == ""
