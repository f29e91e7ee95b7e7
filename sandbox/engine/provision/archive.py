"""Writes an image archive that `docker load` reads: layers as tar files, a configuration, a manifest."""

from __future__ import annotations

import hashlib
import io
import json
import tarfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

CHUNK = 1024 * 1024


@dataclass(frozen=True, slots=True)
class LayerFile:
    tar: Path
    created_by: str


def write(target: Path, name: str, layers: Sequence[LayerFile], *, env: Sequence[str], cmd: Sequence[str]) -> None:
    """`target` becomes the archive of image `name` with those layers, lowest first."""
    digests = [_sha256(layer.tar) for layer in layers]
    now = datetime.now(UTC).isoformat()
    config = {
        "architecture": "amd64",
        "os": "linux",
        "created": now,
        "config": {"Env": list(env), "Cmd": list(cmd), "WorkingDir": "/"},
        "rootfs": {"type": "layers", "diff_ids": [f"sha256:{digest}" for digest in digests]},
        "history": [{"created": now, "created_by": layer.created_by} for layer in layers],
    }
    body = json.dumps(config).encode()
    config_name = hashlib.sha256(body).hexdigest() + ".json"
    names = [f"{digest}/layer.tar" for digest in digests]
    manifest = [{"Config": config_name, "RepoTags": [name], "Layers": names}]
    new = target.with_suffix(".new")
    with tarfile.open(new, "w") as archive:
        _add(archive, config_name, body)
        for layer, member in zip(layers, names, strict=True):
            archive.add(layer.tar, arcname=member)
        _add(archive, "manifest.json", json.dumps(manifest).encode())
    new.rename(target)


def _add(archive: tarfile.TarFile, name: str, body: bytes) -> None:
    entry = tarfile.TarInfo(name)
    entry.size = len(body)
    archive.addfile(entry, io.BytesIO(body))


def _sha256(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
