"""What each role must not do at a registry: every request that reads or changes something, on things that exist.

A request had its effect where the right thing came back: a page that a server sends for every path is no image.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sandbox import containers
from sandbox.plan import Experiment
from sandbox.probe import Answer
from sandbox.registryclient import (
    MANIFEST,
    OCTETS,
    TAG,
    Client,
    Image,
    begin,
    digest,
    good,
    put,
    upload,
    with_digest,
)
from sandbox.registryfacts import Attempt, Who

if TYPE_CHECKING:
    from sandbox.session import Session

__all__ = ["MANIFEST", "Port", "Who", "attempt", "digest", "everybody"]
Try = tuple[str, Answer, bool]  # in words, the answer, whether it had its effect


@dataclass(frozen=True, slots=True)
class Port:
    """Where a registry may be asked. `said`: what is added to the words of an attempt there."""

    app: containers.App
    number: int
    said: str = ""


@dataclass(frozen=True, slots=True)
class Target:
    """What one role tries to change; the writer has just made it."""

    image: Image
    manifest: str  # stored under `tag`
    tag: str
    blob: str
    upload: str  # the path of an upload that has begun; "" where none could


def everybody(session: Session, experiment: Experiment, port: Port, writer: Client, image: Image) -> list[Attempt]:
    """The reader's changes; and of those who have no right password, reading and changing."""

    def client(login: str) -> Client:
        return Client(session, port.app, port.number, login)

    names = [login.partition(":")[0] for login in (experiment.writer, experiment.reader)]
    wrong = [f"{name}:{secrets.token_hex(6)}" for name in names] + [f"{name}:" for name in names]
    others: list[tuple[Who, str, bool]] = [("anonymous", "", True)]
    others += [("wrong-password", login, False) for login in wrong]
    others += [("stranger", f"nobody-{secrets.token_hex(2)}:{secrets.token_hex(6)}", False)]
    made = [*_told("reader", port, _writes(client(experiment.reader), _target(writer, image), whole=True))]
    for who, login, whole in others:
        made += _told(who, port, _reads(client(login), image, whole=whole))
        made += _told(who, port, _writes(client(login), _target(writer, image), whole=whole))
    return made


def _told(who: Who, port: Port, tries: Iterator[Try]) -> Iterator[Attempt]:
    for what, answer, done in tries:
        if not (port.said and what == "log in"):  # any server may greet; what counts at another port is what it gives
            yield attempt(who, what + port.said, False, answer, done)


def _target(writer: Client, image: Image) -> Target:
    mark = secrets.token_hex(4)
    manifest, blob = image.marked(mark), f"layer {mark}"
    put(writer, image, mark, manifest)
    upload(writer, image, blob, patch=False)
    return Target(image, manifest, mark, blob, begin(writer, image)[1])


def _reads(client: Client, image: Image, *, whole: bool) -> Iterator[Try]:
    manifests, layer = f"{image.path}/manifests", f"{image.blobs}/{digest(image.layer)}"

    def get(what: str, path: str, right: Callable[[Answer], bool]) -> Try:
        answer = client.ask("GET", path, accept=f"{MANIFEST}, application/json")
        return what, answer, good(answer) and right(answer)

    def head(what: str, path: str) -> Try:
        answer = client.ask("HEAD", path, accept=MANIFEST)
        return what, answer, good(answer) and "docker-content-digest" in answer.headers

    yield get("log in", "/v2/", lambda answer: True)
    yield get("pull", f"{manifests}/{TAG}", lambda answer: answer.body == image.manifest)
    yield get("list the catalogue", "/v2/_catalog", lambda answer: "repositories" in answer.body)
    if whole:
        yield get("pull a layer", layer, lambda answer: answer.body[:100] == image.layer[:100])
        yield get("list the tags", f"{image.path}/tags/list", lambda answer: TAG in answer.body)
        yield head("look a tag up", f"{manifests}/{TAG}")
        yield head("look a layer up", layer)


def _writes(client: Client, target: Target, *, whole: bool) -> Iterator[Try]:
    """What changes a registry. An upload that is open is not asked for twice: its end comes last."""
    image = target.image
    uploads, manifests = f"{image.blobs}/uploads/", f"{image.path}/manifests"
    changed = target.image.marked(f"{target.tag} changed")

    def sent(what: str, status: tuple[int, ...], method: str, path: str, body: str = "", kind: str = OCTETS) -> Try:
        answer = client.ask(method, path, body, content_type=kind)
        return what, answer, answer.status in status

    yield sent("begin an upload", (202,), "POST", uploads)
    yield sent("set a tag", (201,), "PUT", f"{manifests}/taken-{target.tag}", changed, MANIFEST)
    if whole:
        mounted = f"/v2/{image.repository}-copy/blobs/uploads/?mount={digest(image.layer)}&from={image.repository}"
        yield sent("mount a layer of another repository", (201, 202), "POST", mounted)
        yield sent("move a tag", (201,), "PUT", f"{manifests}/{target.tag}", changed, MANIFEST)
        if target.upload:
            part = f"part {target.tag}"
            yield sent("send a part of a layer", (202,), "PATCH", target.upload, part)
            yield sent("end an upload", (201,), "PUT", with_digest(target.upload, part), part)
        yield sent("delete a layer", (202,), "DELETE", f"{image.blobs}/{digest(target.blob)}")
    yield sent("delete an image", (202,), "DELETE", f"{manifests}/{digest(target.manifest)}")


def attempt(who: Who, what: str, allowed: bool, answer: Answer, done: bool, error: str = "") -> Attempt:
    told: Any = error or answer.error
    return Attempt(who, what, allowed, answer.status, done, str(told)[:200])
