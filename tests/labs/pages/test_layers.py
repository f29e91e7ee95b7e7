from __future__ import annotations

import pytest

from labs.pages.layers import layers, size
from sandbox.facts import ImageFiles, LayerFiles, Tool
from tests import factories

APT = "RUN /bin/sh -c apt-get install -y gcc # buildkit"
CARRIED = ImageFiles(
    size=250_000_000,
    starter_size=200_000_000,
    layers=(
        LayerFiles("ADD rootfs.tar /", True, 3000, 74_000_000, 12_000),
        LayerFiles(APT, False, 900, 176_000_000, 150_000_000),
        LayerFiles("COPY /notebook /usr/local/bin/ # buildkit", False, 1, 16_000, 0),
    ),
    tools=(Tool("/usr/bin/as", 900_000, APT, False), Tool("/usr/lib/gcc/cc1", 30_000_000, APT, True)),
)


def test_each_layer_shows_its_size_its_waste_and_its_largest_tool() -> None:
    shown = layers(factories.facts({"layers": CARRIED}))
    assert shown is not None and shown.wasted == "150.0 MB"
    assert [(row.instruction, row.base, row.size, row.wasted, row.tool) for row in shown.rows] == [
        ("ADD rootfs.tar /", True, "74.0 MB", "", ""),
        ("RUN apt-get install -y gcc", False, "176.0 MB", "150.0 MB", "cc1"),
        ("COPY /notebook /usr/local/bin/", False, "16.0 kB", "", ""),
    ]


def test_the_image_stands_beside_the_starters() -> None:
    shown = layers(factories.facts({"layers": CARRIED}))
    assert shown is not None
    assert [(bar.label, bar.percent, bar.shown, bar.tone) for bar in shown.bars] == [
        ("Your image", 100, "250.0 MB", "neutral"),
        ("The starter's", 80, "200.0 MB", "neutral"),
    ]


def test_other_runs_have_no_such_picture() -> None:
    assert layers(factories.facts({"image": factories.build()})) is None


@pytest.mark.parametrize(("count", "shown"), [(0, "0"), (4, "0.0 kB"), (16_000, "16.0 kB"), (1_234_567, "1.2 MB")])
def test_sizes_are_short(count: int, shown: str) -> None:
    assert size(count) == shown
