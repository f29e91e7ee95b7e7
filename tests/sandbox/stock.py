"""A small stock in the shape that provisioning writes."""

from __future__ import annotations

from typing import Any

DIGEST, UPSTREAM, PYTHON, OTHER = (f"sha256:{letter * 64}" for letter in "abcd")
DISTROLESS = "gcr.io/distroless/static-debian12:nonroot"


def image(digest: str, upstream: str | None, setuid: dict[str, str] | None = None) -> dict[str, Any]:
    return {
        "id": digest.replace("a", "1"),
        "digest": digest,
        "upstream_digest": upstream,
        "source": "recipe",
        "moving": True,
        "size": 1000,
        "diff_ids": [f"{digest}-1", f"{digest}-2"],
        "setuid": setuid or {},
    }


DATA: dict[str, Any] = {
    "images": {
        "debian:12-slim": image(DIGEST, UPSTREAM, {"/usr/bin/su": "s1", "/usr/bin/mount": "m1"}),
        "python:3.11-slim": image(PYTHON, PYTHON, {"/usr/bin/su": "s2"}),
        DISTROLESS: image(f"sha256:{'e' * 64}", None),
    },
    "packages": {
        "deb": {"curl": ["7.88.1-10+deb12u15"], "tini": ["0.19.0-1+b3"], "libstdc++6": ["12.2.0-14"]},
        "pip": {"flask": ["3.0.3"], "Jinja2": ["3.1.6"], "urllib3": ["2.8.0", "1.26.20"]},
    },
}
