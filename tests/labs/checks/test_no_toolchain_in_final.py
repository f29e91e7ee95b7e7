from __future__ import annotations

from labs.checks.no_toolchain_in_final import run
from sandbox.facts import Tool
from tests.labs.facts import context, image_files

APT = "RUN /bin/sh -c apt-get install -y gcc"


def test_an_image_without_a_compiler_passes() -> None:
    verdict = run(image_files(), context())
    assert verdict.status == "passed"
    assert verdict.found == "None in 2 layers"


def test_the_largest_tool_comes_first_with_its_layer() -> None:
    tools = (Tool("/usr/bin/as", 800_000, APT, True), Tool("/usr/lib/gcc/cc1", 30_000_000, APT, True))
    verdict = run(image_files(tools=tools), context())
    assert verdict.status == "failed"
    assert verdict.found.startswith("`/usr/lib/gcc/cc1`, 30.0 MB, from `RUN /bin/sh -c apt-get install -y gcc`; ")


def test_a_tool_that_a_later_layer_removes_is_still_carried() -> None:
    verdict = run(image_files(tools=(Tool("/usr/bin/ld", 1_000_000, APT, False),)), context())
    assert verdict.status == "failed"
    assert "removed by a later layer and still carried" in verdict.found
