"""`data-outside-container-layer`: what the app was told lies in none of the containers' own layers."""

from __future__ import annotations

from labs.checks.base import Check, Claim, Context, Verdict
from labs.checks.describe import code, listed
from sandbox.composefacts import ComposeData, Service

CLAIM = Claim(
    expected="The note is written outside of every container's own layer",
    why="A container's own layer is slow to write, cannot be backed up or shared, and goes with the container.",
)
HINT = (
    "What is mounted at the directory of this file? A mount covers exactly its own path: compare it, letter by letter, "
    "with the directory that the app writes to."
)


def run(data: ComposeData, context: Context) -> Verdict:
    if data.kept:
        places = listed(f"{code(one.path)} in the layer of {code(one.service)}" for one in data.kept)
        line = dict(data.lines).get(data.kept[0].service)
        return CLAIM.failed(f"Found in {places}", HINT, line, "compose.yaml")
    mounts = listed(f"{_named(service, number)}" for service in data.services for number in range(len(service.mounts)))
    return CLAIM.passed(f"In no container's layer; mounted: {mounts or 'nothing'}")


def _named(service: Service, number: int) -> str:
    mount = service.mounts[number]
    source = code(mount.source) if mount.source else f"a {mount.kind} without a name" if mount.anonymous else mount.kind
    return f"{source} at {code(mount.target)} of {service.name}"


CHECK = Check("data-outside-container-layer", ComposeData, run)
