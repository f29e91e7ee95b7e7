"""Image references as Docker reads them: `debian` is `docker.io/library/debian:latest`."""

from __future__ import annotations

import re
from dataclasses import dataclass

HUB = "docker.io"
_PATH = re.compile(r"[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*")
_HOST = re.compile(r"[a-zA-Z0-9.-]+(?::[0-9]{1,5})?")
_TAG = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}")
_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")
_LONGEST = 512  # characters; Docker allows 255 for a name, 128 for a tag, 71 for a digest


@dataclass(frozen=True, slots=True)
class ImageName:
    """A reference taken apart. Without a tag and a digest, the tag is `latest`."""

    repository: str  # docker.io/library/debian, gcr.io/distroless/static
    tag: str | None
    digest: str | None

    @property
    def tagged(self) -> str:
        return f"{self.repository}:{self.tag or 'latest'}"


def parse_name(text: str) -> ImageName | None:
    """The reference, or None where Docker would not read it as one."""
    if len(text) > _LONGEST:
        return None
    rest, at, digest = text.partition("@")
    if at and not _DIGEST.fullmatch(digest):
        return None
    head, slash, tail = rest.rpartition("/")
    last, colon, tag = tail.partition(":")
    if colon and not _TAG.fullmatch(tag):
        return None
    repository = _repository(head + slash + last)
    if repository is None:
        return None
    return ImageName(repository, tag if colon else None if at else "latest", digest or None)


def _repository(name: str) -> str | None:
    """With its host, and `library/` for the Hub's own images."""
    host, slash, path = name.partition("/")
    if not slash or not ("." in host or ":" in host or host == "localhost" or host != host.lower()):
        host, path = HUB, name
    if host == f"index.{HUB}":
        host = HUB
    if host == HUB and "/" not in path:
        path = f"library/{path}"
    return f"{host}/{path}" if _PATH.fullmatch(path) and _HOST.fullmatch(host) else None
