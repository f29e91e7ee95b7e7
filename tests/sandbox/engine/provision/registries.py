"""Two registries on the loopback interface: Debian's own program, and a small one that misbehaves on request."""

from __future__ import annotations

import json
import re
import subprocess
import threading
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPResponse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from sandbox.engine.paths import layout
from tests.sandbox.engine.provision.tiny import Tiny

TREE = layout().tree
PROGRAM = TREE / "usr/bin/docker-registry"
_LISTENING = re.compile(r"listening on (127\.0\.0\.1:\d+)")


@contextmanager
def real(directory: Path) -> Iterator[str]:
    """The address of a running `docker-registry`, run by the engine tree's own loader."""
    settings, log = directory / "registry.yml", directory / "registry.log"
    storage = json.dumps({"filesystem": {"rootdirectory": str(directory / "storage")}})
    settings.write_text(f'version: 0.1\nlog: {{level: info}}\nstorage: {storage}\nhttp: {{addr: "127.0.0.1:0"}}\n')
    loader = [str(TREE / "lib64/ld-linux-x86-64.so.2"), "--library-path", str(TREE / "usr/lib/x86_64-linux-gnu")]
    command = [*loader, str(PROGRAM), "serve", str(settings)]
    with log.open("wb") as sink, subprocess.Popen(command, stdout=sink, stderr=sink, cwd=directory) as process:
        try:
            deadline = time.monotonic() + 20
            while not (found := _LISTENING.search(log.read_text())):
                assert process.poll() is None, log.read_text()
                assert time.monotonic() < deadline, log.read_text()
                time.sleep(0.02)
            yield f"http://{found[1]}"
        finally:
            process.kill()


def push(address: str, repository: str, image: Tiny) -> None:
    for digest, body in image.blobs.items():
        started = _send("POST", f"{address}/v2/{repository}/blobs/uploads/")
        place = started.headers["Location"]
        _send("PUT", f"{place}{'&' if '?' in place else '?'}digest={digest}", body, "application/octet-stream")
    push_manifest(address, repository, image.digest, image.manifest)


def push_manifest(address: str, repository: str, digest: str, body: bytes) -> None:
    _send("PUT", f"{address}/v2/{repository}/manifests/{digest}", body, json.loads(body)["mediaType"])


def _send(method: str, address: str, body: bytes = b"", kind: str = "") -> HTTPResponse:
    headers = {"Content-Type": kind} if kind else {}
    request = urllib.request.Request(address, data=body, method=method, headers=headers)
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    answer: HTTPResponse = direct.open(request, timeout=10)
    answer.close()
    return answer


@dataclass
class Small:
    """What the small registry holds and how it behaves; what it was asked stands in `asked`."""

    files: dict[str, bytes] = field(default_factory=dict)  # by digest
    cut: frozenset[str] = frozenset()  # digests whose answers break off
    status: int = 200
    token: str = ""  # asked for when set
    storage: str = ""  # blobs are there, at another host's address
    asked: list[tuple[str, str, str]] = field(default_factory=list)  # (host, path, authorization)
    address: str = ""

    def hold(self, *images: Tiny) -> None:
        for image in images:
            self.files |= {**image.blobs, image.digest: image.manifest}


@contextmanager
def small() -> Iterator[Small]:
    registry = Small()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            _answer(self, registry)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # its signature
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        registry.address = f"http://127.0.0.1:{server.server_port}"
        try:
            yield registry
        finally:
            server.shutdown()
            thread.join()


def _answer(handler: BaseHTTPRequestHandler, registry: Small) -> None:
    given = handler.headers.get("Authorization", "")
    registry.asked.append((handler.headers["Host"], handler.path, given))
    path = urlsplit(handler.path)
    if path.path == "/token":
        assert parse_qs(path.query) == {"service": ["small"], "scope": ["repository:library/debian:pull"]}
        _send_body(handler, 200, json.dumps({"token": registry.token}).encode())
    elif registry.token and given != f"Bearer {registry.token}" and not path.path.startswith("/storage/"):
        realm = f'Bearer realm="{registry.address}/token",service="small",scope="repository:library/debian:pull"'
        _send_body(handler, 401, b"", headers={"WWW-Authenticate": realm})
    elif registry.storage and "/blobs/" in path.path:
        place = f"{registry.storage}/storage/{path.path.rpartition('/')[2]}"
        _send_body(handler, 307, b"", headers={"Location": place})
    else:
        digest = path.path.rpartition("/")[2]
        body = registry.files.get(digest)
        status = 404 if body is None else registry.status
        _send_body(handler, status, body or b"", cut=digest in registry.cut)


def _send_body(
    handler: BaseHTTPRequestHandler, status: int, body: bytes, *, cut: bool = False, headers: Mapping[str, str] = {}
) -> None:
    handler.send_response(status)
    handler.send_header("Content-Length", str(len(body)))
    for name, value in headers.items():
        handler.send_header(name, value)
    handler.end_headers()
    handler.wfile.write(body[: len(body) // 2] if cut else body)
