"""`write-access`: may the running app change the code it runs? Asked of the kernel, as the app's own user."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from sandbox.facts import Fact, PathAccess, Process, Start, WriteAccess
from sandbox.logs import clean
from sandbox.plan import Experiment

if TYPE_CHECKING:
    from sandbox.containers import App
    from sandbox.session import Session

# What one question may hold: the supervisor reads 64 paths, and lines of 64 KiB.
ACCOUNTS = ("/etc/passwd", "/etc/shadow", "/etc/pam.d/su", "/etc/ld.so.preload", "/etc/ld.so.cache")
AT_ONCE, QUESTION_CHARACTERS = 64, 32 * 1024


def run(session: Session, experiment: Experiment, facts: Mapping[str, Fact]) -> WriteAccess:
    started = facts[str(experiment.after)]
    assert isinstance(started, Start)  # noqa: S101  # the lab's specification was checked for it
    app = session.containers[str(experiment.after)]
    paths = _code(session, experiment, app.image)
    rest = [path for path in _rest(session, app) if path not in paths]
    users = {(p.uids[1], p.gids[1], p.groups): p for p in started.processes}
    results = [(p, _access(session, app.id, p, [*paths, *rest])) for p in users.values()]
    worst = max(results, key=lambda r: sum(a.writable or a.replaceable for a in r[1]), default=None)
    if worst is None:
        return WriteAccess(uid=0, code=())
    count = len(paths)
    return WriteAccess(worst[0].uids[1], worst[1][:count], tuple(a for a in worst[1][count:] if _open(a)))


def _open(access: PathAccess) -> bool:
    return access.writable or access.replaceable


def _rest(session: Session, app: App) -> list[str]:
    """What else decides which code runs: the programs at work, and what root runs or reads before and next to them."""
    running: list[str] = session.ask("programs", container=app.id)["programs"]
    return [*dict.fromkeys((*running, *_run_by_root(session, app.image), *ACCOUNTS))]


def _run_by_root(session: Session, image: str) -> list[str]:
    """The files that the image's own command names, where it starts as root."""
    config = session.ask("image", image=image)["config"].get("config") or {}
    user = str(config.get("User") or "0").partition(":")[0]
    if user not in {"root", "0"}:
        return []
    words = [str(word) for word in (*(config.get("Entrypoint") or ()), *(config.get("Cmd") or ()))]
    return [word for word in words if word.startswith("/")]


def _code(session: Session, experiment: Experiment, image: str) -> list[str]:
    """Where the lab's source files are in the image, found by content: a rename does not hide them."""
    contents: dict[int, list[str]] = {}
    for name in experiment.code:
        body = session.plan.context[name]
        contents.setdefault(len(body), []).append(hashlib.sha256(body).hexdigest())
    answer = session.ask("files", image=image, contents=contents)
    wanted = {digest for digests in contents.values() for digest in digests}
    return [f["path"] for f in answer["files"] if f["visible"] and f["sha256"] in wanted]


def _portions(paths: list[str]) -> Iterator[list[str]]:
    portion: list[str] = []
    for path in paths:
        if len(portion) == AT_ONCE or len(json.dumps([*portion, path])) > QUESTION_CHARACTERS:
            yield portion
            portion = []
        portion.append(path)
    if portion:
        yield portion


def _access(session: Session, container: str, process: Process, paths: list[str]) -> tuple[PathAccess, ...]:
    """Of every path: copies of a file, however many, must not hide the one that runs."""
    who = {"uid": process.uids[1], "gid": process.gids[1], "groups": list(process.groups)}
    found: list[PathAccess] = []
    for asked in _portions(paths):
        pairs = session.ask("access", container=container, paths=asked, **who)["access"] or []
        found += [PathAccess(clean(path), *map(bool, pair)) for path, pair in zip(asked, pairs, strict=False)]
    return tuple(found)
