"""The trusted half of the signing experiment: what stands before a registry, and what fills it.

Runs in the tools image, in the registry's network namespace, on the standard library only. Learners' scripts reach
port 5000 here; the registry itself listens on loopback. Everything passes as it is, but for two things: only the
repository in which the learner signs takes writes, and a tag that is to move is another image from the second look.

Orders come as JSON lines on standard input, answers leave as JSON lines, {"id", "status", "body", "error"}, with JSON
in "body": {"do": "fill", "repositories": {name: kind}} makes keys, images and signatures; {"do": "signed",
"repository"} says which digests of a repository are signed by the run's key.
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
import http.client
import json
import os
import secrets
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

HOST, TAG = "registry:5000", "1.4.2"
REGISTRY = ("127.0.0.1", 5001)
MANIFEST = "application/vnd.oci.image.manifest.v1+json"
CONFIG = "application/vnd.oci.image.config.v1+json"
LAYER = "application/vnd.oci.image.layer.v1.tar"
SIGNATURE = "application/vnd.dev.cosign.simplesigning.v1+json"
NOTE = "cosign container image signature"
ANNOTATION = "dev.cosignproject.cosign/signature"
TWO = {"moved-tag", "copied-signature"}  # cases whose tag was moved to a second image before anybody looks
SECONDS = 10.0
BODY_BYTES = 8 * 1024 * 1024  # of one request: a signature has less than 10 KB
HOP = {"connection", "transfer-encoding", "content-length", "keep-alive"}
WORK = "/tmp"  # noqa: S108  # in the container
OWN, PUBLIC, OTHER = f"{WORK}/cosign.key", f"{WORK}/cosign.pub", f"{WORK}/other.pem"


class Moving:
    """Tags that are another image from the second look on: {"repository": [digest first, digest then]}."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.tags: dict[str, list[str]] = {}
        self.writable = ""

    def path(self, path: str) -> str:
        """What to ask the registry for."""
        parts = path.split("/")
        if len(parts) != 5 or parts[3] != "manifests" or parts[4] != TAG:
            return path
        with self.lock:
            digests = self.tags.get(parts[2], [])
            digest = digests.pop(0) if len(digests) > 1 else digests[0] if digests else TAG
        return "/".join([*parts[:4], digest])


MOVING = Moving()
SIGNERS = threading.Semaphore(2)  # cosign takes 150 MB to unlock its key


class Front(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def __getattr__(self, name: str) -> Any:
        if name.startswith("do_"):
            return self.forward
        raise AttributeError(name)

    def forward(self) -> None:
        body = self.body()
        repository = [*self.path.split("/"), "", "", ""][2]
        if self.command not in {"GET", "HEAD"} and repository != MOVING.writable:
            self.reply(405, [("Content-Type", "application/json")], b'{"errors":[{"code":"UNSUPPORTED"}]}')
            return
        names = {name.lower() for name in self.headers} - HOP  # "Accept" comes several times
        headers = {name: ", ".join(self.headers.get_all(name) or ()) for name in names}
        path = MOVING.path(self.path) if self.command in {"GET", "HEAD"} else self.path
        status, found, data = ask(self.command, path, body, headers)
        self.reply(status, found, data)

    def body(self) -> bytes:
        if self.headers.get("Transfer-Encoding", "").lower() == "chunked":
            data = b""
            while size := int(self.rfile.readline(64).strip() or b"0", 16):
                if len(data) + size > BODY_BYTES:
                    raise ConnectionError("a request too large")
                data += self.rfile.read(size)
                self.rfile.readline(8)
            self.rfile.readline(8)
            return data
        return self.rfile.read(min(int(self.headers.get("Content-Length") or 0), BODY_BYTES))

    def reply(self, status: int, headers: list[tuple[str, str]], data: bytes) -> None:
        self.send_response_only(status)
        length = next((value for name, value in headers if name.lower() == "content-length"), str(len(data)))
        for name, value in headers:
            if name.lower() not in HOP:
                self.send_header(name, value)
        self.send_header("Content-Length", length if self.command == "HEAD" else str(len(data)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(data)

    def log_message(self, *_: Any) -> None:
        pass


def ask(
    method: str, path: str, body: bytes = b"", headers: dict[str, str] | None = None
) -> tuple[int, list[tuple[str, str]], bytes]:
    with contextlib.closing(http.client.HTTPConnection(*REGISTRY, timeout=SECONDS)) as connection:
        connection.request(method, path, body or None, {"host": HOST, **(headers or {})})
        answer = connection.getresponse()
        return answer.status, answer.getheaders(), answer.read()


def wait_for_registry() -> None:
    deadline = time.monotonic() + SECONDS
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError):
            ask("GET", "/v2/")
            return
        time.sleep(0.02)


def digest_of(data: bytes) -> str:
    return f"sha256:{hashlib.sha256(data).hexdigest()}"


def push_blob(repository: str, data: bytes) -> dict[str, Any]:
    status, headers, _ = ask("POST", f"/v2/{repository}/blobs/uploads/")
    place = {name.lower(): value for name, value in headers}["location"]
    path = place.partition(HOST)[2] or place
    path += ("&" if "?" in path else "?") + f"digest={digest_of(data)}"
    status, _, told = ask("PUT", path, data, {"Content-Type": "application/octet-stream"})
    if status != 201:
        raise OSError(f"the registry refused a blob: {status} {told!r}")
    return {"digest": digest_of(data), "size": len(data)}


def push_manifest(repository: str, reference: str, manifest: dict[str, Any]) -> str:
    data = json.dumps(manifest).encode()
    status, _, told = ask("PUT", f"/v2/{repository}/manifests/{reference}", data, {"Content-Type": MANIFEST})
    if status != 201:
        raise OSError(f"the registry refused a manifest: {status} {told!r}")
    return digest_of(data)


def push_image(repository: str, tag: str) -> str:
    """A small image that no other run has; its digest."""
    layer = secrets.token_bytes(1024)
    config = {"architecture": "amd64", "os": "linux", "rootfs": {"type": "layers", "diff_ids": [digest_of(layer)]}}
    blobs = [push_blob(repository, data) for data in (json.dumps(config).encode(), layer)]
    return push_manifest(repository, tag, manifest(CONFIG, blobs[0], [{"mediaType": LAYER, **blobs[1]}]))


def manifest(kind: str, config: dict[str, Any], layers: list[dict[str, Any]]) -> dict[str, Any]:
    return {"schemaVersion": 2, "mediaType": MANIFEST, "config": {"mediaType": kind, **config}, "layers": layers}


def push_signature(repository: str, digest: str, key: str) -> None:
    """What `cosign sign` stores: a signed note of the digest."""
    critical: dict[str, Any] = {"identity": {"docker-reference": f"{HOST}/{repository}"}, "type": NOTE}
    critical["image"] = {"docker-manifest-digest": digest}
    payload = json.dumps({"critical": critical, "optional": None}).encode()
    config = push_blob(repository, json.dumps({"architecture": "", "os": "", "rootfs": {"type": "layers"}}).encode())
    layer = {"mediaType": SIGNATURE, **push_blob(repository, payload), "annotations": {ANNOTATION: sign(key, payload)}}
    push_manifest(repository, tag_of(digest), manifest(CONFIG, config, [layer]))


def copy_signature(repository: str, signed: str, other: str) -> None:
    """One image's signature under the name where another's is looked for."""
    _, _, data = ask("GET", f"/v2/{repository}/manifests/{tag_of(signed)}", headers={"Accept": MANIFEST})
    push_manifest(repository, tag_of(other), json.loads(data))


def tag_of(digest: str) -> str:
    return digest.replace(":", "-") + ".sig"


def openssl(*words: str, data: bytes = b"") -> bytes:
    return subprocess.run(["openssl", *words], input=data, capture_output=True, check=True, timeout=SECONDS).stdout


def cosign(*words: str, data: bytes = b"") -> bytes:
    environment = {**os.environ, "COSIGN_PASSWORD": "", "HOME": WORK}
    command = ["cosign", *words]
    return subprocess.run(command, input=data, env=environment, capture_output=True, check=True, timeout=SECONDS).stdout


def sign(key: str, data: bytes) -> str:
    """Base64. cosign alone reads the key that it wrote; a stranger's is plain."""
    if key == OTHER:
        return base64.b64encode(openssl("dgst", "-sha256", "-sign", key, data=data)).decode()
    with SIGNERS:
        return cosign("sign-blob", "--key", key, "--tlog-upload=false", "--yes", "-", data=data).decode().strip()


def verifies(public: str, signature: str, data: bytes) -> bool:
    file = f"{WORK}/{secrets.token_hex(8)}"
    with open(file, "wb") as stream:
        stream.write(base64.b64decode(signature, validate=True))
    try:
        openssl("dgst", "-sha256", "-verify", public, "-signature", file, data=data)
    except subprocess.CalledProcessError:
        return False
    return True


def make_keys() -> None:
    """The run's key as cosign keeps one, with an empty password, and somebody else's."""
    cosign("generate-key-pair", f"--output-key-prefix={WORK}/cosign")
    openssl("ecparam", "-genkey", "-name", "prime256v1", "-noout", "-out", OTHER)


def fill(repositories: dict[str, str]) -> dict[str, Any]:
    """Images, signatures and what is wrong with them: {"key", "pub", "images": {repository: {name: digest}}}."""
    make_keys()
    wait_for_registry()
    with ThreadPoolExecutor(len(repositories)) as pool:
        made = pool.map(make, repositories, repositories.values())
        images = dict(zip(repositories, made, strict=True))
    with open(OWN) as private, open(PUBLIC) as public:
        return {"key": private.read(), "pub": public.read(), "images": images}


def make(repository: str, kind: str) -> dict[str, str]:
    """One repository of a case: digests by what they are. What moves, only who asks the front sees moving."""
    moves = kind in {"sign", "moving-tag", "moving-tag-back"}
    first = push_image(repository, TAG)
    second = push_image(repository, "next" if moves else TAG) if moves or kind in TWO else ""
    if kind in {"signed", "other-key", "copied-signature", "moving-tag"}:
        push_signature(repository, first, OTHER if kind == "other-key" else OWN)
    if kind in {"moved-tag", "moving-tag-back"}:
        push_signature(repository, second, OWN)
    if kind == "copied-signature":
        copy_signature(repository, first, second)
    if moves:
        MOVING.tags[repository] = [first, second]
    if kind == "sign":
        MOVING.writable = repository
    return {"first": first, "second": second}


def signed(repository: str) -> dict[str, Any]:
    """Digests for which the repository holds a signature of the run's key: what a verifier would accept."""
    _, _, listed = ask("GET", f"/v2/{repository}/tags/list")
    good = []
    for tag in json.loads(listed).get("tags") or []:
        if tag.startswith("sha256-") and tag.endswith(".sig"):
            digest = tag.removesuffix(".sig").replace("-", ":", 1)
            if any(names(repository, layer) == digest for layer in layers(repository, tag)):
                good.append(digest)
    return {"digests": good}


def layers(repository: str, tag: str) -> list[dict[str, Any]]:
    _, _, data = ask("GET", f"/v2/{repository}/manifests/{tag}", headers={"Accept": MANIFEST})
    return list(json.loads(data).get("layers") or [])


def names(repository: str, layer: dict[str, Any]) -> str:
    """The digest that a layer's signed note names; "" when nobody of ours signed it, or it is no note."""
    try:
        status, _, payload = ask("GET", f"/v2/{repository}/blobs/{layer['digest']}")
        if status != 200 or not verifies(PUBLIC, layer["annotations"][ANNOTATION], payload):
            return ""
        return str(json.loads(payload)["critical"]["image"]["docker-manifest-digest"])
    except (LookupError, TypeError, ValueError):
        return ""


def answer(order: dict[str, Any]) -> dict[str, Any]:
    return fill(order["repositories"]) if order["do"] == "fill" else signed(order["repository"])


def main() -> None:
    server = ThreadingHTTPServer(("", 5000), Front)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    for line in sys.stdin:
        order = json.loads(line)
        told = {"id": order["id"], "status": 0, "body": "", "error": ""}
        try:
            told["body"] = json.dumps(answer(order))
        except Exception as error:  # whatever it is, it is ours, and has to be told
            told |= {"status": 1, "error": f"{type(error).__name__}: {error}"[:300]}
        sys.stdout.write(json.dumps(told) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
