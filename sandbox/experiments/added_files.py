"""`added-files`: what leads to root and the learner's build brought, beyond what the catalogue's images hold.

Three doors: files with a set-user-ID bit, files with capabilities, and a root account that a password opens.

An image that is copied together from a base keeps that base's files (`COPY --from=base / /`): a file is added unless
a catalogue image holds the same content at the same path with the same bit.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from sandbox.facts import AddedFiles, Build, Fact, FileEntry, LimitHit
from sandbox.logs import clean
from sandbox.plan import Experiment
from sandbox.stopped import LimitReached

if TYPE_CHECKING:
    from sandbox.session import Session

# Capabilities that do not lead to another user's rights; every other one does, in one step or two.
HARMLESS = frozenset({"net_bind_service", "net_broadcast", "net_raw", "audit_write", "ipc_lock", "kill", "sys_nice"})


def run(session: Session, experiment: Experiment, facts: Mapping[str, Fact]) -> AddedFiles:
    built = facts[str(experiment.after)]
    assert isinstance(built, Build)  # noqa: S101  # the lab's specification was checked for it
    answer = session.ask("files", image=built.image_id)
    if answer["too_many"]:
        raise LimitReached(LimitHit("image", 400_000, "files"))
    known = session.stock.setuid
    visible = [f for f in answer["files"] if f["visible"]]
    added = [f for f in visible if f["sha256"] not in known.get(f["path"], ())]
    setuid = [f for f in added if f["mode"] & 0o4000 or (f["mode"] & 0o2000 and f["gid"] == 0)]
    doors = any(f["mode"] & 0o4000 for f in visible)  # to `su` into an account, some program has to become root
    return AddedFiles(
        base=built.base,
        setuid=tuple(map(_entry, setuid)),
        capable=tuple(entry for entry in map(_entry, added) if set(entry.capabilities) - HARMLESS),
        accounts=tuple(map(clean, session.ask("accounts", image=built.image_id)["open"])) if doors else (),
    )


def _entry(file: Mapping[str, Any]) -> FileEntry:
    capabilities = tuple(file["capabilities"])
    return FileEntry(clean(file["path"]), file["mode"], file["uid"], file["gid"], file["size"], capabilities)
