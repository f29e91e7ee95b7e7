"""The experiments that a lab can declare: one module a kind, parameters in, frozen facts out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from sandbox.experiments import (
    added_files,
    build,
    compose_cycle,
    compose_data,
    compose_load,
    compose_matrix,
    compose_mounts,
    compose_pressure,
    compose_up,
    contents,
    health,
    image_files,
    leaks,
    rebuild,
    registry,
    scan,
    script,
    signing,
    start,
    stop,
    syscalls,
    tomorrow,
    twins,
    write_access,
)
from sandbox.facts import Build, Fact, Rebuild, Start, Twins
from sandbox.plan import Experiment

if TYPE_CHECKING:
    from sandbox.session import Session

Run = Callable[["Session", Experiment, Mapping[str, Fact]], Fact]

KINDS: dict[str, Run] = {
    "build": build.run,
    "start": start.run,
    "rebuild": rebuild.run,
    "added-files": added_files.run,
    "write-access": write_access.run,
    "health": health.run,
    "leaks": leaks.run,
    "twins": twins.run,
    "stop": stop.run,
    "image-files": image_files.run,
    "contents": contents.run,
    "syscalls": syscalls.run,
    "script": script.run,
    "signing": signing.run,
    "registry": registry.run,
    "compose-up": compose_up.run,
    "compose-cycle": compose_cycle.run,
    "compose-data": compose_data.run,
    "compose-matrix": compose_matrix.run,
    "compose-mounts": compose_mounts.run,
    "compose-load": compose_load.run,
    "compose-pressure": compose_pressure.run,
    "scan": scan.run,
    "tomorrow": tomorrow.run,
}


def run(session: Session, experiment: Experiment, facts: Mapping[str, Fact]) -> Fact:
    """Run one experiment; `facts` holds those it comes after."""
    return KINDS[experiment.kind](session, experiment, facts)


def alone(experiment: Experiment) -> bool:
    """Tags of the catalogue point elsewhere while it runs: nothing else may build or start from them."""
    return experiment.kind == "tomorrow"


def usable(fact: Fact) -> bool:
    """Can anything be built on this? A failed build has no image, an app that never answered has no behaviour."""
    if isinstance(fact, Build):
        return fact.ok
    if isinstance(fact, Start | Twins):
        return fact.answered
    if isinstance(fact, Rebuild):
        return fact.build.ok
    return True
