"""`no-toolchain-in-final`: no layer of the final image carries a compiler."""

from __future__ import annotations

from labs.checks.base import Check, Claim, Context, Verdict
from labs.checks.describe import code, listed, step
from sandbox.facts import ImageFiles, Tool

CLAIM = Claim(
    expected="No compiler, assembler or linker in any layer of the final image",
    why=(
        "A compiler is a hundred megabytes that the app never runs, holes to patch in them, and a gift to an intruder "
        "who wants to build something."
    ),
)
HINT = (
    "What does the running app need: the compiler, or what it made? Compile in a stage of its own and take only the "
    "program over with `COPY --from`. Removing the compiler later helps nothing: the layer that brought it stays."
)


def run(image: ImageFiles, context: Context) -> Verdict:
    if image.tools:
        return CLAIM.failed(listed(map(_tool, sorted(image.tools, key=lambda tool: -tool.size))), HINT)
    return CLAIM.passed(f"None in {len(image.layers)} layers")


def _tool(tool: Tool) -> str:
    removed = "" if tool.visible else ", removed by a later layer and still carried"
    return f"{code(tool.path)}, {tool.size / 1e6:.1f} MB, from {step(tool.created_by)}{removed}"


CHECK = Check("no-toolchain-in-final", ImageFiles, run)
