"""On the real engine: what layers carry, read from disk, whiteouts and all."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sandbox.door import Slot
from sandbox.facts import ImageFiles
from sandbox.plan import Experiment, Plan
from tests.engine import APP, RUNS

pytestmark = pytest.mark.engine
MB = 1024 * 1024
FAKE = "RUN head -c 1000000 /dev/urandom > /usr/bin/{name} && chmod 755 /usr/bin/{name}\n"


def image_files(slot: Slot, dockerfile: str, starter: str = RUNS) -> ImageFiles:
    experiments = (Experiment("image", "build"), Experiment("layers", "image-files", after="image"))
    plan = Plan("test", {"app.py": APP}, {"Dockerfile": dockerfile}, experiments)
    fact = slot.run(replace(plan, starter={"Dockerfile": starter}), lambda event: None).facts["layers"]
    assert isinstance(fact, ImageFiles)
    return fact


def test_what_a_later_layer_removes_is_wasted(slot: Slot) -> None:
    big = f"RUN mkdir /big && head -c {MB} /dev/zero > /big/a && head -c {MB} /dev/zero > /big/b\n"
    fact = image_files(slot, RUNS + big + "RUN rm -r /big/a && echo new > /big/b\n" + "RUN rm -r /big\n")
    added, changed, removed = fact.layers[-3:]
    assert (added.files, added.bytes, added.wasted) == (2, 2 * MB, 2 * MB)
    assert (changed.bytes, changed.wasted) == (4, 4)
    assert (removed.files, removed.bytes) == (0, 0)
    assert not any(layer.base for layer in fact.layers[-5:])
    assert fact.layers[0].base and fact.layers[0].bytes > 10 * MB


def test_the_starter_is_built_beside_it(slot: Slot) -> None:
    fact = image_files(slot, RUNS, starter=RUNS + f"RUN head -c {5 * MB} /dev/urandom > /more\n")
    assert fact.starter_size - fact.size == pytest.approx(5 * MB, rel=0.01)


def test_a_compiler_is_found_in_any_layer(slot: Slot) -> None:
    steps = "".join(FAKE.format(name=name) for name in ("x86_64-linux-gnu-gcc-12", "ld"))
    fact = image_files(slot, RUNS + steps + "RUN rm /usr/bin/ld && ln -s python3 /usr/bin/gcc\n")
    assert [(tool.path, tool.visible) for tool in fact.tools] == [
        ("/usr/bin/x86_64-linux-gnu-gcc-12", True),
        ("/usr/bin/ld", False),
    ]
    assert all("urandom" in tool.created_by for tool in fact.tools)


def test_catalogue_images_hold_no_compiler(slot: Slot) -> None:
    assert image_files(slot, RUNS).tools == ()
    assert image_files(slot, "FROM debian:12-slim\nCOPY app.py /\n").tools == ()
