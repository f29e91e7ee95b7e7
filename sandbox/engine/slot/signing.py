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
from pathlib import Path
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
MOVES = {"moving-tag", "moving-tag-later", "moving-tag-back"}
SECONDS = 10.0
COSIGN_SECONDS = 40.0  # one call takes half a second
BODY_BYTES = 8 * 1024 * 1024  # of one request: a signature has less than 10 KB
HOP = {"connection", "transfer-encoding", "content-length", "keep-alive"}
WORK = "/tmp"  # noqa: S108  # in the container
OWN, PUBLIC, OTHER = f"{WORK}/cosign.key", f"{WORK}/cosign.pub", f"{WORK}/other.key"
SIGN, SIGN_PUBLIC = f"{WORK}/sign.key", f"{WORK}/sign.pub"  # given to learners: no other case verifies with it
PLAIN, OTHER_PLAIN = f"{WORK}/cosign.pem", f"{WORK}/other.pem"  # the keys as openssl reads them
JUDGED = 8  # digests of a repository that are verified


Answered = tuple[int, list[tuple[str, str]], bytes]  # status, headers, body


class Moving:
    """Tags that are another image from a later look on: {"repository": [digest at first, …, digest from then on]}."""

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
MADE: dict[str, list[str]] = {}  # repository → digests of the images that we put there
SIGNERS = threading.Semaphore(2)  # cosign takes 150 MB to unlock a key


class Front(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def __getattr__(self, name: str) -> Any:
        if name.startswith("do_"):
            return self.forward
        raise AttributeError(name)

    def forward(self) -> None:
        body = self.body()
        repository = [*self.path.split("/"), "", "", ""][2]
        listing = repository.partition("?")[0] == "_catalog"  # the names of the other cases are nobody's business
        if listing or (self.command not in {"GET", "HEAD"} and repository != MOVING.writable):
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

    def log_message(self, *_: Any) -> None: ...


def ask(method: str, path: str, body: bytes = b"", headers: dict[str, str] | None = None) -> Answered:
    with contextlib.closing(http.client.HTTPConnection(*REGISTRY, timeout=SECONDS)) as connection:
        connection.request(method, path, body or None, {"host": HOST, **(headers or {})})
        answer = connection.getresponse()
        return answer.status, answer.getheaders(), answer.read()


def wait_for_registry() -> None:
    for _ in range(round(SECONDS / 0.02)):
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
    """Sign as people do today: cosign stores a bundle that refers to the image."""
    cosign("sign", "--yes", "--key", key, "--use-signing-config=false", "--tlog-upload=false", at(repository, digest))


def copy_signature(repository: str, signed: str, other: str, key: str = PLAIN) -> None:
    """Store the signature of one image under the name where cosign looks for another's.

    It has the format of cosign 2, a signed note of the digest. cosign 3 still accepts it, and alone in this format
    `--check-claims=false` leaves the digest unchecked.
    """
    critical: dict[str, Any] = {"identity": {"docker-reference": f"{HOST}/{repository}"}, "type": NOTE}
    critical["image"] = {"docker-manifest-digest": signed}
    payload = json.dumps({"critical": critical, "optional": None}).encode()
    config = push_blob(repository, json.dumps({"architecture": "", "os": "", "rootfs": {"type": "layers"}}).encode())
    signature = base64.b64encode(openssl("dgst", "-sha256", "-sign", key, data=payload)).decode()
    layer = {"mediaType": SIGNATURE, **push_blob(repository, payload), "annotations": {ANNOTATION: signature}}
    push_manifest(repository, f"{other.replace(':', '-')}.sig", manifest(CONFIG, config, [layer]))


def at(repository: str, digest: str) -> str:
    """Return the image's name at the registry itself, past the front."""
    return f"{REGISTRY[0]}:{REGISTRY[1]}/{repository}@{digest}"


def openssl(*words: str, data: bytes = b"") -> bytes:
    return subprocess.run(["openssl", *words], input=data, capture_output=True, check=True, timeout=SECONDS).stdout


def cosign(*words: str) -> None:
    environment = {**os.environ, "COSIGN_PASSWORD": "", "HOME": WORK}
    with SIGNERS:
        subprocess.run(["cosign", *words], env=environment, capture_output=True, check=True, timeout=COSIGN_SECONDS)


def verifies(repository: str, digest: str) -> bool:
    """Is there a signature of the run's key that cosign accepts for this image?"""
    try:
        cosign("verify", "--key", SIGN_PUBLIC, "--insecure-ignore-tlog", at(repository, digest))
    except subprocess.SubprocessError:
        return False  # one that keeps cosign busy for too long is no signature either
    return True


def make_keys() -> None:
    """The run's keys and somebody else's, as cosign keeps them, with an empty password."""
    for name in ("cosign", "sign", "other"):
        prefix = f"{WORK}/{name}"
        openssl("ecparam", "-genkey", "-name", "prime256v1", "-noout", "-out", f"{prefix}.pem")
        cosign("import-key-pair", "--yes", f"--key={prefix}.pem", f"--output-key-prefix={prefix}")


def fill(repositories: dict[str, str]) -> dict[str, Any]:
    """Make them all: {"pub", "sign_key", "sign_pub", "images": {repository: {name: digest}}}."""
    make_keys()
    wait_for_registry()
    with ThreadPoolExecutor(len(repositories)) as pool:
        made = pool.map(make, repositories, repositories.values())
        images = dict(zip(repositories, made, strict=True))
    keys = {"pub": PUBLIC, "sign_key": SIGN, "sign_pub": SIGN_PUBLIC}
    return {**{name: Path(file).read_text() for name, file in keys.items()}, "images": images}


def make(repository: str, kind: str) -> dict[str, str]:
    """One repository of a case: digests by what they are. What moves, only who asks the front sees moving."""
    moves = kind in {"sign", *MOVES}
    first = push_image(repository, TAG)
    second = push_image(repository, version() if moves else TAG) if moves or kind in TWO else ""
    if kind in {"signed", "other-key", "moving-tag", "moving-tag-later"}:
        push_signature(repository, first, OTHER if kind == "other-key" else OWN)
    if kind in {"moved-tag", "moving-tag-back"}:
        push_signature(repository, second, OWN)
    if kind in {"signed", "other-key"}:
        copy_signature(repository, first, first, OTHER_PLAIN if kind == "other-key" else PLAIN)
    if kind == "copied-signature":
        copy_signature(repository, first, second)
    if kind != "sign":  # other versions, one of them signed: a list of tags does not say which case this is
        others = [push_image(repository, version()) for _ in range(1 if moves else 2)]
        copy_signature(repository, others[0], others[0])
    if moves:
        # cosign 3 looks a tag up twice before it accepts it; the third look is the script's own.
        MOVING.tags[repository] = [first, *([first] if kind == "moving-tag-later" else []), second]
    if kind == "sign":
        MOVING.writable = repository
    MADE[repository] = [digest for digest in (first, second) if digest]
    return {"first": first, "second": second}


def version() -> str:
    return f"1.{secrets.randbelow(90) + 5}.{secrets.randbelow(90)}"


def signed(repository: str) -> dict[str, Any]:
    """Digests of a repository for which cosign accepts a signature of the run's key."""
    named = map(subject, json.loads(ask("GET", f"/v2/{repository}/tags/list")[2]).get("tags") or [])
    found = list(dict.fromkeys([*MADE[repository], *filter(None, named)]))[:JUDGED]
    with ThreadPoolExecutor(len(found)) as pool:
        good = pool.map(verifies, [repository] * len(found), found)
        return {"digests": [digest for digest, fine in zip(found, good, strict=True) if fine]}


def subject(tag: str) -> str:
    """Return the digest that a tag of cosign's is about, "" for any other tag. Both formats' tags are read."""
    kind, _, digest = tag.removesuffix(".sig").partition("-")
    return f"{kind}:{digest}" if kind == "sha256" and len(digest) == 64 else ""


def main() -> None:
    server = ThreadingHTTPServer(("", 5000), Front)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    for line in sys.stdin:
        order = json.loads(line)
        told = {"id": order["id"], "status": 0, "body": "", "error": ""}
        try:
            told["body"] = json.dumps(
                fill(order["repositories"]) if order["do"] == "fill" else signed(order["repository"])
            )
        except Exception as error:  # whatever it is, it is ours, and has to be told
            told |= {"status": 1, "error": f"{type(error).__name__}: {error}"[:300]}
        sys.stdout.write(json.dumps(told) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
