"""A client of a registry, as Docker, skopeo and people with curl are: what they ask, and how they send a layer."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from sandbox import containers
from sandbox.experiments.compose_up import NOT_THERE_YET, SETTLE_SECONDS, once_there
from sandbox.probe import Answer

if TYPE_CHECKING:
    from sandbox.session import Session

MANIFEST = "application/vnd.docker.distribution.manifest.v2+json"
CONFIG = "application/vnd.docker.container.image.v1+json"
LAYER = "application/vnd.docker.image.rootfs.diff.tar.gzip"
LAYER_BYTES = 1_500_000  # more than nginx takes unless it is told to, less than any real layer
SMALL_BYTES = 2_000
OCTETS = "application/octet-stream"
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

    @property
    def path(self) -> str:
        return f"/v2/{self.repository}"

    @property
    def blobs(self) -> str:
        return f"{self.path}/blobs"

    def marked(self, mark: str) -> str:
        """The manifest once more, as one of its own digest."""
        return json.dumps({**json.loads(self.manifest), "annotations": {"mark": mark}})


def make(size: int = LAYER_BYTES) -> Image:
    """An image that no registry has yet, with a layer of `size` bytes."""
    layer = secrets.token_hex(size // 2)
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


def good(answer: Answer) -> bool:
    return answer.status is not None and 200 <= answer.status < 300


def begin(client: Client, image: Image) -> tuple[Answer, str, str]:
    """(answer, where the registry wants an upload sent, what is wrong with that)."""
    answer = client.ask("POST", f"{image.blobs}/uploads/")
    if answer.status != 202:
        return answer, "", "an upload could not begin"
    place = urlsplit(answer.headers.get("location", ""))
    if place.netloc not in {"", client.host}:
        # Docker goes where it is sent, and out there nobody knows the registry by that name.
        return answer, "", f"the upload was sent to {place.scheme}://{place.netloc}, which no client can reach"
    return answer, f"{place.path}?{place.query}" if place.query else place.path, ""


def with_digest(path: str, blob: str) -> str:
    return f"{path}{'&' if '?' in path else '?'}digest={digest(blob)}"


def upload(client: Client, image: Image, blob: str, *, patch: bool) -> tuple[Answer, str]:
    """Send a blob: begin, then all in one PUT as people do with curl, or by PATCH and an empty PUT as Docker does."""
    answer, path, wrong = begin(client, image)
    if wrong:
        return answer, wrong
    size = f"{len(blob) / 1_000_000:.1f} MB" if len(blob) > 1_000_000 else f"{len(blob)} bytes"
    if patch:
        answer = client.ask("PATCH", path, blob, content_type=OCTETS)
        if answer.status != 202:
            return answer, f"a layer of {size} was not taken by PATCH, as Docker sends it"
        place = urlsplit(answer.headers.get("location", ""))
        path, blob_left = (f"{place.path}?{place.query}" if place.query else place.path), ""
    else:
        blob_left = blob
    answer = client.ask("PUT", with_digest(path, blob), blob_left, content_type=OCTETS)
    return answer, "" if answer.status == 201 else f"a layer of {size} was not taken"


def push(client: Client, image: Image, *, patch: bool = True) -> tuple[Answer, str]:
    """All of an image, and its manifest under TAG; (the last answer, what went wrong)."""
    for blob in (image.layer, image.config):
        answer, wrong = upload(client, image, blob, patch=patch and blob is image.layer)
        if wrong:
            return answer, wrong
    answer = put(client, image, TAG, image.manifest)
    return answer, "" if answer.status == 201 else "the manifest was not taken"


def put(client: Client, image: Image, reference: str, manifest: str) -> Answer:
    return client.ask("PUT", f"{image.path}/manifests/{reference}", manifest, content_type=MANIFEST)
