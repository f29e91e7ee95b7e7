from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from sandbox.engine.paths import Layout
from sandbox.engine.provision import recipes, stack
from sandbox.engine.provision.parts import PartFailed

root = pytest.mark.skipif(os.geteuid() != 0, reason="overlays and devices need root")


def test_every_layer_stands_on_layers_that_are_made() -> None:
    known = {"debian", *recipes.LAYERS}
    for layer in recipes.LAYERS.values():
        assert set(layer.below) <= known
    for names in recipes.IMAGES.values():
        assert set(names) <= known


def test_a_layer_is_made_on_what_is_below_it_in_every_image() -> None:
    """What a layer was made on must be there, in that order; a layer of links alone needs nothing."""
    for names in recipes.IMAGES.values():
        for place, name in enumerate(names):
            below = recipes.LAYERS[name].below if name in recipes.LAYERS else ()
            assert [lower for lower in names[:place] if lower in below] == list(below)


@root
def test_a_removed_file_and_a_replaced_directory_become_whiteouts(place: Layout, tmp_path: Path) -> None:
    base, upper = tmp_path / "base", tmp_path / "upper"
    (base / "folder").mkdir(parents=True)
    (upper / "folder").mkdir(parents=True)
    (upper / "new").mkdir()
    os.mknod(upper / "gone", stat.S_IFCHR | 0o600, os.makedev(0, 0))
    for name in ("folder", "new"):
        os.setxattr(upper / name, "trusted.overlay.opaque", b"y")
    stack._whiteouts(upper, base)
    found = sorted(str(path.relative_to(upper)) for path in upper.rglob("*"))
    assert found == [".wh.gone", "folder", "folder/.wh..wh..opq", "new"]


def test_a_whiteout_hides_what_is_below_while_a_layer_is_made(place: Layout, tmp_path: Path) -> None:
    base = tmp_path / "base"
    (base / "etc").mkdir(parents=True)
    (base / "etc/kept").touch()
    (base / "etc/gone").touch()
    (base / "etc/.wh.gone").touch()
    tar = tmp_path / "empty.tar"
    tar.write_bytes(bytes(10240))
    stack._unpack(tar, base, tmp_path / "log")
    assert [path.name for path in (base / "etc").iterdir()] == ["kept"]


def test_a_package_that_is_not_in_the_index_is_named(place: Layout) -> None:
    with pytest.raises(PartFailed, match="the package index lacks curl"):
        stack.deb(place, "curl")
