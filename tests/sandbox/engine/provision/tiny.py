"""A tiny image as a registry keeps it: blobs by digest, and a manifest that names them."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import tarfile
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

OCI = "application/vnd.oci.image"
GZIP = f"{OCI}.layer.v1.tar+gzip"


def digest_of(body: bytes) -> str:
    return f"sha256:{hashlib.sha256(body).hexdigest()}"


def tar_of(files: Mapping[str, str]) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        for name, text in files.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(text.encode())
            archive.addfile(entry, io.BytesIO(text.encode()))
    return out.getvalue()


def blob(body: bytes, kind: str) -> dict[str, Any]:
    return {"mediaType": kind, "digest": digest_of(body), "size": len(body)}


@dataclass(frozen=True, slots=True)
class Tiny:
    """`manifest` and the blobs it names; `config` as the image was made with."""

    config: dict[str, Any]
    manifest: bytes
    blobs: Mapping[str, bytes]

    @property
    def digest(self) -> str:
        return digest_of(self.manifest)


def tiny(*layers: bytes, kind: str = GZIP, packed: tuple[bytes, ...] = (), **changes: Any) -> Tiny:
    """An image of those tar layers. `packed` replaces their gzip form, `changes` go into the configuration."""
    config: dict[str, Any] = {
        "architecture": "amd64",
        "os": "linux",
        "created": "2024-01-02T03:04:05.123456789Z",
        "config": {"Env": ["PATH=/bin"], "Cmd": ["sh"], "User": "app", "Labels": {"kept": "as it is"}},
        "rootfs": {"type": "layers", "diff_ids": [digest_of(layer) for layer in layers]},
        "history": [
            {"created": "2024-01-02T03:04:05.123456789Z", "created_by": "ENV A=b", "empty_layer": True},
            *({"created": "2024-01-02T03:04:05.123456789Z", "created_by": f"RUN {n}"} for n in range(len(layers))),
        ],
        **changes,
    }
    body = json.dumps(config).encode()
    zipped = packed or tuple(gzip.compress(layer, mtime=0) for layer in layers)
    manifest = {
        "schemaVersion": 2,
        "mediaType": f"{OCI}.manifest.v1+json",
        "config": blob(body, f"{OCI}.config.v1+json"),
        "layers": [blob(layer, kind) for layer in zipped],
    }
    blobs = {digest_of(part): part for part in (body, *zipped)}
    return Tiny(config, json.dumps(manifest).encode(), blobs)


def index_of(images: Mapping[tuple[str, str], Tiny]) -> bytes:
    """An index of images by (system, machine)."""
    entries = []
    for (system, machine), image in images.items():
        entry = blob(image.manifest, f"{OCI}.manifest.v1+json")
        entries.append({**entry, "platform": {"os": system, "architecture": machine}})
    return json.dumps({"schemaVersion": 2, "mediaType": f"{OCI}.index.v1+json", "manifests": entries}).encode()
