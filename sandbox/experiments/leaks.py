"""`leaks`: the secret that lay in the build context, looked for in every layer, files that were removed included."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from sandbox.facts import Build, Fact, Leak, Leaks, LimitHit
from sandbox.images import with_files
from sandbox.logs import clean
from sandbox.plan import CANARY, Experiment
from sandbox.stopped import LimitReached

if TYPE_CHECKING:
    from sandbox.session import Session


def run(session: Session, experiment: Experiment, facts: Mapping[str, Fact]) -> Leaks:
    built = facts[str(experiment.after)]
    assert isinstance(built, Build)  # noqa: S101  # the lab's specification was checked for it
    file = next(e.canary for e in session.plan.experiments if e.id == experiment.after)
    secrets = {session.plan.values[CANARY]: "", **{text: text for text in experiment.texts}}
    skip = len(with_files(built.layers[: built.base_layers]))
    made = with_files(built.layers)
    places: list[Leak] = []
    for secret, text in secrets.items():
        answer = session.ask("search", image=built.image_id, needle=secret, skip=skip)
        if answer["too_many"]:
            raise LimitReached(LimitHit("image", session.plan.limits.image_mb, "MB"))
        found = answer["places"]
        places += [Leak(clean(p["path"]), made[p["layer"]].created_by, p["visible"], text) for p in found]
        if answer["configured"]:
            places.append(Leak("", "", True, text))
    return Leaks(file, tuple(places))
