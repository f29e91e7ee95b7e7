"""The reading side of an image registry: manifests and blobs, each held against the digest it was asked by.

Speaks the pull half of the OCI distribution specification. No registry is named here or anywhere in the project: an
operator names one in SLIPWAY_REGISTRY. A path in that address goes before every repository, as a proxy cache of a
company wants it. Every answer is bounded in bytes and in seconds. Standard library only.
"""

from __future__ import annotations

import contextlib
import hashlib
import http.client
import json
import re
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.client import HTTPResponse
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import urlencode, urlsplit

from sandbox.engine.provision.parts import PartFailed

SETTING = "SLIPWAY_REGISTRY"
CONNECT_SECONDS = 5.0
SILENT_SECONDS = 30.0  # without a byte, once connected
BLOB_SECONDS = 900.0  # a whole layer over a slow line
DOCUMENT_BYTES = 4 * 1024 * 1024  # what the specification lets a registry refuse beyond; tokens are far smaller
CHUNK = 1024 * 1024
MANIFESTS = (
    "application/vnd.oci.image.index.v1+json",
    "application/vnd.docker.distribution.manifest.list.v2+json",
    "application/vnd.oci.image.manifest.v1+json",
    "application/vnd.docker.distribution.manifest.v2+json",
)
_PARAMETER = re.compile(r'([A-Za-z]+)="([^"]*)"')
_TOKEN = re.compile(r"[\x21-\x7e]+")


class NotAnswering(Exception):
    """The registry cannot be reached, breaks off, or is out of order."""


class NotUsable(Exception):
    """The registry answers, but has nothing under that digest that can be used here."""


class _Plain(http.client.HTTPConnection):
    def connect(self) -> None:
        super().connect()
        self.sock.settimeout(SILENT_SECONDS)


class _Secure(http.client.HTTPSConnection):
    def connect(self) -> None:
        super().connect()
        self.sock.settimeout(SILENT_SECONDS)


class _Web(urllib.request.HTTPHandler):
    def http_open(self, req: urllib.request.Request) -> HTTPResponse:
        return self.do_open(_Plain, req)


class _SecureWeb(urllib.request.HTTPSHandler):
    def https_open(self, req: urllib.request.Request) -> HTTPResponse:
        return self.do_open(_Secure, req)


def _opener() -> urllib.request.OpenerDirector:
    """HTTP and HTTPS only, through the operator's proxy where one is set; a redirect cannot lead to a file."""
    director = urllib.request.OpenerDirector()
    for handler in (
        urllib.request.ProxyHandler(),
        _Web(),
        _SecureWeb(),
        urllib.request.HTTPRedirectHandler(),
        urllib.request.HTTPDefaultErrorHandler(),
        urllib.request.HTTPErrorProcessor(),
    ):
        director.add_handler(handler)
    return director


def _is_address(text: str) -> bool:
    try:
        parts = urlsplit(text)
        extra = parts.query or parts.fragment or "@" in parts.netloc or parts.port == 0
    except ValueError:
        return False
    return text.isascii() and parts.scheme in {"http", "https"} and bool(parts.hostname) and not extra


def _pieces(response: HTTPResponse) -> Iterator[bytes]:
    """The body as it comes. NotAnswering: it breaks off, or takes too long as a whole."""
    promised, seen = response.length, 0  # None where the answer does not name its length
    deadline = time.monotonic() + BLOB_SECONDS
    while piece := response.read1(CHUNK):
        seen += len(piece)
        if time.monotonic() > deadline:
            raise NotAnswering(f"an answer took longer than {BLOB_SECONDS:.0f} s")
        yield piece
    if promised is not None and seen < promised:
        raise NotAnswering(f"an answer broke off after {seen} of {promised} bytes")


@dataclass(slots=True)
class Registry:
    """One registry by the operator's address, `https://host[:port][/path]`. PartFailed: that is no such address."""

    address: str
    _tokens: dict[str, str] = field(default_factory=dict)  # by repository
    _web: urllib.request.OpenerDirector = field(default_factory=_opener)

    def __post_init__(self) -> None:
        if not _is_address(self.address):
            raise PartFailed(f"{SETTING} is “{self.address}”: write http(s)://host, with a port and a path if needed")

    def manifest(self, repository: str, digest: str) -> bytes:
        """The manifest or index with that digest, as it was stored."""
        body = bytearray()
        with self._answer(repository, f"manifests/{digest}", ", ".join(MANIFESTS)) as response:
            for piece in _pieces(response):
                body += piece
                if len(body) > DOCUMENT_BYTES:
                    raise NotUsable(f"its manifest has more than {DOCUMENT_BYTES} bytes")
        self._compare(digest, hashlib.sha256(body).hexdigest())
        return bytes(body)

    def blob(self, repository: str, digest: str, size: int, target: Path) -> None:
        """Write the blob with that digest and size in bytes to `target`."""
        summed, left = hashlib.sha256(), size
        with self._answer(repository, f"blobs/{digest}", "*/*") as response, target.open("wb") as out:
            for piece in _pieces(response):
                left -= len(piece)
                if left < 0:
                    raise PartFailed(f"{self.address}: {digest} is longer than its manifest says")
                summed.update(piece)
                out.write(piece)
        self._compare(digest, summed.hexdigest())

    def _compare(self, digest: str, found: str) -> None:
        """A wrong digest is never passed over: either the registry or the way to it cannot be trusted."""
        if digest != f"sha256:{found}":
            raise PartFailed(f"{self.address} answered {digest} with bytes whose digest is sha256:{found}")

    @contextlib.contextmanager
    def _answer(self, repository: str, path: str, accept: str) -> Iterator[HTTPResponse]:
        parts = urlsplit(self.address)
        prefix = parts.path.strip("/")
        name = f"{prefix}/{repository}" if prefix else repository
        address = f"{parts.scheme}://{parts.netloc}/v2/{name}/{path}"
        try:
            with self._open(address, accept, repository) as response:
                yield response
        except HTTPError as error:
            error.close()
            if error.code in {401, 403, 404}:
                raise NotUsable(f"{path} of {name}: {error.code} {error.reason}") from error
            raise NotAnswering(f"{error.code} {error.reason}") from error
        except (OSError, http.client.HTTPException) as error:
            raise NotAnswering(str(getattr(error, "reason", error)) or type(error).__name__) from error

    def _open(self, address: str, accept: str, repository: str) -> HTTPResponse:
        """A token that is missing or has run out is fetched once."""
        try:
            return self._get(address, accept, self._tokens.get(repository, ""))
        except HTTPError as error:
            if error.code != 401:
                raise
            challenge = error.headers.get("WWW-Authenticate", "")
            error.close()
        self._tokens[repository] = self._token(challenge)
        return self._get(address, accept, self._tokens[repository])

    def _get(self, address: str, accept: str, token: str) -> HTTPResponse:
        request = urllib.request.Request(address, headers={"Accept": accept, "User-Agent": "slipway"})  # noqa: S310  # http(s), by __post_init__ and _token
        if token:  # a redirect leads to another house's storage, which must not see it
            request.add_unredirected_header("Authorization", f"Bearer {token}")
        response: HTTPResponse = self._web.open(request, timeout=CONNECT_SECONDS)
        return response

    def _token(self, challenge: str) -> str:
        """An anonymous token from where the challenge says: Bearer realm="…",service="…",scope="…"."""
        kind, _, rest = challenge.partition(" ")
        asked = dict(_PARAMETER.findall(rest))
        realm = asked.pop("realm", "")
        allowed = ("https://",) if self.address.startswith("https://") else ("https://", "http://")
        if kind.lower() != "bearer" or not realm.startswith(allowed):
            raise NotUsable(f"it asks for a way to sign in that is not known here: {challenge[:100]!r}")
        query = urlencode({key: asked[key] for key in ("service", "scope") if key in asked})
        with self._get(f"{realm}{'&' if '?' in realm else '?'}{query}", "application/json", "") as response:
            body = response.read(DOCUMENT_BYTES)
        try:
            answer = json.loads(body)
            token = str(answer.get("token") or answer.get("access_token") or "")
        except (ValueError, AttributeError) as error:
            raise NotUsable("its answer for a token is not JSON") from error
        if not _TOKEN.fullmatch(token):
            raise NotUsable("it gave no token")
        return token
