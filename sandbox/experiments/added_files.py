"""`added-files`: set-user-ID files that the learner's build brought, beyond those of the catalogue's images.

An image that is copied together from a base keeps that base's files (`COPY --from=base / /`): a file is added unless
a catalogue image holds the same content at the same path with the same bit.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from sandbox.facts import AddedFiles, Build, Fact, FileEntry, LimitHit
from sandbox.logs import clean
from sandbox.plan import Experiment
from sandbox.stopped import LimitReached

if TYPE_CHECKING:
    from sandbox.session import Session


def run(session: Session, experiment: Experiment, facts: Mapping[str, Fact]) -> AddedFiles:
    built = facts[str(experiment.after)]
    assert isinstance(built, Build)  # noqa: S101  # the lab's specification was checked for it
    answer = session.ask("files", image=built.image_id)
    if answer["too_many"]:
        raise LimitReached(LimitHit("image", 400_000, "files"))
    known = session.stock.setuid
    added = [
        FileEntry(clean(f["path"]), f["mode"], f["uid"], f["gid"], f["size"])
        for f in answer["files"]
        if f["visible"] and f["mode"] & 0o4000 and f["sha256"] not in known.get(f["path"], ())
    ]
    return AddedFiles(built.base, tuple(added))
