"""`rebuild`: one edit, the same build again, compared with the first layer by layer.

Whether a layer was built again is read from its creation time in the image's history: BuildKit keeps it on a cached
step and renews it on one that ran. The steps that make the dependencies are looked for in `sandbox.experiments.making`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from sandbox import context
from sandbox.experiments import build as building
from sandbox.experiments import making
from sandbox.experiments.making import own
from sandbox.experiments.start import start
from sandbox.facts import Build, Fact, Rebuild
from sandbox.plan import Experiment

if TYPE_CHECKING:
    from sandbox.session import Session


def run(session: Session, experiment: Experiment, facts: Mapping[str, Fact]) -> Rebuild:
    first = facts[str(experiment.after)]
    assert isinstance(first, Build)  # noqa: S101  # the lab's specification was checked for it
    assert experiment.edit is not None  # noqa: S101  # likewise
    original = session.contexts[str(experiment.after)]
    edited = context.edited(original, experiment.edit, session.plan.values, session.directory / experiment.id)
    second = building.execute(session, edited)
    rerun, kept = _compared(first, second)
    made = making.steps(session, making.Pair(first, second), original, edited, experiment.dependency)
    dependency = next((step for step in made if step.rerun), made[0] if made else None)
    started = start(session, experiment, str(second.image_id)) if experiment.start and second.ok else None
    return Rebuild(
        edited=experiment.edit.file,
        build=second,
        rerun=rerun,
        kept=kept,
        dependency_step=dependency.text if dependency else None,
        dependency_line=dependency.line if dependency else None,
        dependencies_rerun=dependency.rerun if dependency else None,
        start=started,
    )


def _compared(first: Build, second: Build) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """(built again, kept): what the layers of the second image say, each by the instruction that made it."""
    before = {(layer.created_by, layer.created) for layer in own(first)}
    rerun = tuple(la.created_by for la in own(second) if (la.created_by, la.created) not in before)
    kept = tuple(la.created_by for la in own(second) if (la.created_by, la.created) in before)
    return rerun, kept
