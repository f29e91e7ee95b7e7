"""`registry`: the learner's registry, asked by the trusted probe as clients would ask it, welcome ones and others.

What is pushed is real: a layer of more than a megabyte, a configuration, a manifest. Afterwards the project is ended
and started again, its volumes kept, and the image pulled by its digest.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from sandbox import containers, passwordfile
from sandbox.compose.running import Running
from sandbox.experiments.compose_up import NOT_THERE_YET, SETTLE_SECONDS, once_there, project_of
from sandbox.facts import Fact
from sandbox.plan import Experiment
from sandbox.probe import Answer
from sandbox.registryfacts import Attempt, Registry, Who

if TYPE_CHECKING:
    from sandbox.session import Session

MANIFEST = "application/vnd.docker.distribution.manifest.v2+json"
CONFIG = "application/vnd.docker.container.image.v1+json"
LAYER = "application/vnd.docker.image.rootfs.diff.tar.gzip"
LAYER_BYTES = 1_500_000  # more than nginx takes unless it is told to, less than any real layer
TAG = "1.4.2"
ASK_SECONDS = 8.0  # for one answer of a registry behind its proxy
HOST = "images.example"  # nobody looks it up: the probe knows the address


@dataclass(frozen=True, slots=True)
class Client:
    """Somebody who asks. `login` is "name:password", or "" for nobody."""

    session: Session
    app: containers.App
    port: int
    login: str = ""

    @property
    def host(self) -> str:
        """The registry's name as this client knows it."""
        return f"{HOST}:{self.port}"

    def ask(self, method: str, path: str, body: str = "", **headers: str) -> Answer:
        named = {name.replace("_", "-"): value for name, value in {"host": self.host, **headers}.items()}
        if self.login:
            named["authorization"] = "Basic " + base64.b64encode(self.login.encode()).decode()
        probe = self.session.probe.result()
        return probe.ask(
            host=self.app.address,
            port=self.port,
            method=method,
            path=path,
            body=body,
            headers=named,
            seconds=self.session.patient(ASK_SECONDS),
        )

    def wait(self) -> None:
        """What answers may be a proxy, which is ready before the registry behind it."""
        until = time.monotonic() + self.session.patient(SETTLE_SECONDS)
        once_there(lambda: self.ask("GET", "/v2/"), lambda answer: answer.status not in NOT_THERE_YET, until)


@dataclass(frozen=True, slots=True)
class Image:
    repository: str
    layer: str
    config: str
    manifest: str

    @property
    def digest(self) -> str:
        return digest(self.manifest)


def run(session: Session, experiment: Experiment, facts: Mapping[str, Fact]) -> Registry:
    project = project_of(session, experiment)
    passwords = tuple(passwordfile.read(session.plan.files, experiment.passwords))
    app = project.app(experiment.service)
    if app is None:
        return Registry((), passwords, False)
    image = make()
    attempts = [*_attempts(session, experiment, app, image), *_around(session, project, experiment)]
    ended = project.down()
    restarted = ended.ok and project.up().ok
    again = project.app(experiment.service) if restarted else None
    if again is not None:
        containers.until_ready(session, again, experiment.port, experiment.ready, session.plan.limits.start_seconds)
        writer = Client(session, again, experiment.port, experiment.writer)
        writer.wait()
        attempts.append(_pull(writer, "restart", image, image.digest, "pull by digest what was pushed before"))
    return Registry(tuple(attempts), passwords, again is not None)


def make() -> Image:
    layer = secrets.token_hex(LAYER_BYTES // 2)
    config = json.dumps({"architecture": "amd64", "os": "linux", "rootfs": {"type": "layers", "diff_ids": []}})
    manifest = {
        "schemaVersion": 2,
        "mediaType": MANIFEST,
        "config": {"mediaType": CONFIG, "size": len(config), "digest": digest(config)},
        "layers": [{"mediaType": LAYER, "size": len(layer), "digest": digest(layer)}],
    }
    return Image(f"team/shop-{secrets.token_hex(4)}", layer, config, json.dumps(manifest))


def digest(text: str) -> str:
    return f"sha256:{hashlib.sha256(text.encode()).hexdigest()}"


def _attempts(session: Session, experiment: Experiment, app: containers.App, image: Image) -> Iterator[Attempt]:
    name = experiment.writer.partition(":")[0]
    nobody, wrong, stranger, reader, writer = (
        Client(session, app, experiment.port, login)
        for login in (
            "",
            f"{name}:{secrets.token_hex(6)}",
            f"nobody:{secrets.token_hex(6)}",
            experiment.reader,
            experiment.writer,
        )
    )
    writer.wait()
    yield _push(writer, "writer", image)
    yield _pull(writer, "writer", image, TAG, "pull by tag")
    yield _pull(writer, "writer", image, image.digest, "pull by digest")
    yield _get(writer, "writer", "/v2/_catalog", "list the catalogue", holds=image.repository)
    yield _get(reader, "reader", "/v2/", "log in")
    yield _pull(reader, "reader", image, image.digest, "pull")
    yield from _writes(reader, "reader", image)
    others: Sequence[tuple[Client, Who]] = ((nobody, "anonymous"), (wrong, "wrong-password"), (stranger, "stranger"))
    for client, who in others:
        yield _get(client, who, "/v2/", "log in", allowed=False)
        yield _get(client, who, f"/v2/{image.repository}/manifests/{TAG}", "pull", allowed=False)
        yield _get(client, who, "/v2/_catalog", "list the catalogue", allowed=False)
        yield from _writes(client, who, image)


def _writes(client: Client, who: Who, image: Image) -> Iterator[Attempt]:
    """What changes a registry: an upload begun, a manifest stored under a tag, an image deleted."""
    path = f"/v2/{image.repository}"
    changed = image.manifest.replace('"schemaVersion": 2', '"schemaVersion":  2')
    tries = (
        ("begin an upload", client.ask("POST", f"{path}/blobs/uploads/")),
        ("set a tag", client.ask("PUT", f"{path}/manifests/taken", changed, content_type=MANIFEST)),
        ("delete an image", client.ask("DELETE", f"{path}/manifests/{digest(changed)}")),
    )
    for what, answer in tries:
        yield _attempt(who, what, False, answer, _good(answer))


def _push(client: Client, who: Who, image: Image) -> Attempt:
    for blob in (image.layer, image.config):
        answer, error = _upload(client, image.repository, blob)
        if error:
            return _attempt(who, "push an image", True, answer, False, error)
    answer = client.ask("PUT", f"/v2/{image.repository}/manifests/{TAG}", image.manifest, content_type=MANIFEST)
    return _attempt(who, "push an image", True, answer, answer.status == 201)


def _upload(client: Client, repository: str, blob: str) -> tuple[Answer, str]:
    """A blob as clients send one: begin, then send it to the address that the registry names."""
    answer = client.ask("POST", f"/v2/{repository}/blobs/uploads/")
    if answer.status != 202:
        return answer, "an upload could not begin"
    place = urlsplit(answer.headers.get("location", ""))
    if place.netloc not in {"", client.host}:
        # Docker goes where it is sent, and out there nobody knows the registry by that name.
        return answer, f"the upload was sent to {place.scheme}://{place.netloc}, which no client can reach"
    query = f"{place.query}&" if place.query else ""
    path = f"{place.path}?{query}digest={digest(blob)}"
    answer = client.ask("PUT", path, blob, content_type="application/octet-stream")
    size = f"{len(blob) / 1_000_000:.1f} MB" if len(blob) > 1_000_000 else f"{len(blob)} bytes"
    return answer, "" if answer.status == 201 else f"a layer of {size} was not taken"


def _pull(client: Client, who: Who, image: Image, reference: str, what: str) -> Attempt:
    path = f"/v2/{image.repository}"
    answer = client.ask("GET", f"{path}/manifests/{reference}", accept=MANIFEST)
    if answer.status != 200 or answer.body != image.manifest:
        return _attempt(who, what, True, answer, False, "" if answer.status != 200 else "another manifest came")
    answer = client.ask("GET", f"{path}/blobs/{digest(image.layer)}")
    whole = answer.status == 200 and image.layer.startswith(answer.body) and len(answer.body) > 1000
    return _attempt(who, what, True, answer, whole)


def _get(client: Client, who: Who, path: str, what: str, *, allowed: bool = True, holds: str = "") -> Attempt:
    answer = client.ask("GET", path, accept=f"{MANIFEST}, application/json")
    return _attempt(who, what, allowed, answer, _good(answer) and holds in answer.body)


def _around(session: Session, project: Running, experiment: Experiment) -> Iterator[Attempt]:
    """Every other port that the project opens to the world: a registry behind it has to ask as well."""
    for service in project.services():
        app = project.app(service.name)
        for port in sorted({one.port for one in service.published}):
            if app is None or (service.name, port) == (experiment.service, experiment.port):
                continue
            answer = Client(session, app, port).ask("GET", "/v2/_catalog")
            found = _good(answer) and "repositories" in answer.body
            yield _attempt("anonymous", f"list the catalogue at port {port} of “{service.name}”", False, answer, found)


def _good(answer: Answer) -> bool:
    return answer.status is not None and 200 <= answer.status < 300


def _attempt(who: Who, what: str, allowed: bool, answer: Answer, done: bool, error: str = "") -> Attempt:
    told: Any = error or answer.error
    return Attempt(who, what, allowed, answer.status, done, str(told)[:200])
