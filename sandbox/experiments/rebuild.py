"""`rebuild`: one edit, the same build again, compared with the first layer by layer.

Whether a layer was built again is read from its creation time in the image's history: BuildKit keeps it on a cached
step and renews it on one that ran. The step that installs the dependencies is found by what its layer *holds*, so a
step that only looks the part does not count; where that layer was copied from another stage, that stage is built by
name (all of it cached by then) and searched in turn.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sandbox import context
from sandbox.dockerfile import Instruction, layer_instructions
from sandbox.experiments import build as building
from sandbox.experiments.start import start
from sandbox.facts import Build, Fact, Layer, Rebuild
from sandbox.images import with_files
from sandbox.plan import Experiment

if TYPE_CHECKING:
    from sandbox.session import Session

STAGES_DEEP = 4  # a dependency copied through more stages than this is not followed further


@dataclass(frozen=True, slots=True)
class Pair:
    """The same stage built before and after the edit."""

    first: Build
    second: Build
    stage: str | None  # None: the final one


@dataclass(frozen=True, slots=True)
class Dependency:
    """The layer that installs the dependencies, before and after."""

    step: str
    line: int | None
    rerun: bool


def run(session: Session, experiment: Experiment, facts: Mapping[str, Fact]) -> Rebuild:
    first = facts[str(experiment.after)]
    assert isinstance(first, Build)  # noqa: S101  # the lab's specification was checked for it
    assert experiment.edit is not None  # noqa: S101  # likewise
    original = session.contexts[str(experiment.after)]
    edited = context.edited(original, experiment.edit, session.plan.values, session.directory / experiment.id)
    second = building.execute(session, edited)
    rerun, kept = _compared(first, second)
    dependency = _dependency(session, Pair(first, second, None), original, edited, experiment.dependency)
    started = start(session, experiment, str(second.image_id)) if experiment.start and second.ok else None
    return Rebuild(
        edited=experiment.edit.file,
        build=second,
        rerun=rerun,
        kept=kept,
        dependency_step=dependency.step if dependency else None,
        dependency_line=dependency.line if dependency else None,
        dependencies_rerun=dependency.rerun if dependency else None,
        start=started,
    )


def _own(build: Build) -> list[Layer]:
    """The layers with files that the learner's Dockerfile made, without the catalogue image's."""
    return with_files(build.layers[build.base_layers :])


def _compared(first: Build, second: Build) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """(built again, kept): what the layers of the second image say, each by the instruction that made it."""
    before = {(layer.created_by, layer.created) for layer in _own(first)}
    rerun = tuple(la.created_by for la in _own(second) if (la.created_by, la.created) not in before)
    kept = tuple(la.created_by for la in _own(second) if (la.created_by, la.created) in before)
    return rerun, kept


def _dependency(
    session: Session, pair: Pair, original: context.Written, edited: context.Written, package: str
) -> Dependency | None:
    if not package:
        return None
    for _ in range(STAGES_DEEP):
        index = _lowest_layer(session, pair.first, package)
        if index is None:
            return None
        instruction = _instruction(session, pair, index)
        source = _copied_from(session, instruction)
        if source is None:
            return _judge(pair, index, instruction)
        pair = Pair(
            building.execute(session, original, target=source),
            building.execute(session, edited, target=source),
            source,
        )
        if not (pair.first.ok and pair.second.ok):
            return None
    return None


def _lowest_layer(session: Session, build: Build, package: str) -> int | None:
    """Index, among the learner's own layers, of the first one that holds the package's module."""
    skip = len(with_files(build.layers[: build.base_layers]))
    names = [f"/{package}.py", f"/{package}/__init__.py"]
    answer = session.ask("files", image=build.image_id, names=names, skip=skip)
    found = [f["layer"] - skip for f in answer["files"] if f["path"].endswith(tuple(names))]
    return min(found, default=None)


def _instruction(session: Session, pair: Pair, index: int) -> Instruction | None:
    """The Dockerfile instruction of that layer; None where the counts do not match."""
    made = layer_instructions(session.parsed, pair.stage)
    return made[index] if len(made) == len(_own(pair.first)) else None


def _copied_from(session: Session, instruction: Instruction | None) -> str | None:
    """The earlier stage that a `COPY --from` takes its files from."""
    if instruction is None or instruction.name not in {"COPY", "ADD"}:
        return None
    source = instruction.flag("from")
    return session.parsed.stage_named(source) if source else None


def _judge(pair: Pair, index: int, instruction: Instruction | None) -> Dependency:
    first, second = _own(pair.first), _own(pair.second)
    layer = first[index]
    rerun = index >= len(second) or second[index].created != layer.created
    line = instruction.start_line if instruction else None
    text = instruction.original if instruction else layer.created_by
    return Dependency(text, line, rerun)
