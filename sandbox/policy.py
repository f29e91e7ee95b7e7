"""BuildKit's source policy: nothing may be fetched but the lab's files and the catalogue's images.

The last rule that matches wins. The engine holds every source against it, after variables are filled in and
whoever asks: FROM, COPY --from, RUN --mount, ADD, and another parser's image.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sandbox.available import Image, Stock

_SCHEME = "docker-image://"


def rules(stock: Stock) -> dict[str, Any]:
    """The policy file as data, for `EXPERIMENTAL_BUILDKIT_SOURCE_POLICY`."""
    found = [_rule("DENY", "*"), _rule("ALLOW", "local://*")]
    for image in stock.images.values():
        found += _image_rules(image)
    return {"rules": found}


def _image_rules(image: Image) -> Iterator[dict[str, Any]]:
    name = image.reference
    tagged = f"{_SCHEME}{name.tagged}"
    repository = f"{_SCHEME}{name.repository}"
    yield _rule("ALLOW", tagged)
    for source in (f"{repository}@{image.digest}", f"{repository}:*@{image.digest}"):
        yield _rule("ALLOW", source)
    if image.upstream_digest and image.upstream_digest != image.digest:
        # Copied from a registry's page: it means what this image stands for, which has another digest here, and goes on
        # meaning it when the tag is moved.
        for source in (f"{repository}@{image.upstream_digest}", f"{repository}:*@{image.upstream_digest}"):
            yield {**_rule("CONVERT", source), "updates": {"identifier": f"{repository}@{image.digest}"}}


def _rule(action: str, identifier: str) -> dict[str, Any]:
    return {"action": action, "selector": {"identifier": identifier}}
